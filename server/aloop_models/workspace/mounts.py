"""The kind of the file system that contains a file, from the system's list of mounts."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_WINDOWS_FILE_SYSTEMS = frozenset({"vfat", "msdos", "exfat", "ntfs", "ntfs3", "fuseblk", "cifs", "smb3", "drvfs"})
_SHARED_WITH_A_HOST = frozenset({"vboxsf", "prl_fs", "fuse.vmhgfs-fuse"})

_OF_THE_KERNEL = frozenset(
    {
        *("proc", "sysfs", "debugfs", "tracefs", "configfs", "securityfs", "selinuxfs", "cgroup", "cgroup2", "bpf"),
        *("pstore", "efivarfs", "fusectl", "binfmt_misc", "mqueue", "devpts", "nfsd", "rpc_pipefs"),
    }
)
"""The file systems in which Linux shows its own state (`nodev` in /proc/filesystems, without those for files)."""


def modes_count(device: int) -> bool:
    """Return whether permission bits have an effect on the file system with this device number."""
    if sys.platform == "win32":
        return False
    kind, options = _file_system(device)
    # Windows disks under WSL are 9p; they store modes only if mounted with `metadata`.
    drive = kind == "9p" and "drvfs" in options and "metadata" not in options
    return not drive and kind not in _WINDOWS_FILE_SYSTEMS | _SHARED_WITH_A_HOST


def is_of_the_kernel(found: os.stat_result) -> bool:
    """Return whether a file is one of the kernel, such as `/proc/kmsg`: to read it may wait without end."""
    # Only such a file, and one without content, uses no space on a disk.
    return getattr(found, "st_blocks", 1) == 0 and _file_system(found.st_dev)[0] in _OF_THE_KERNEL


def _file_system(device: int) -> tuple[str, str]:
    """Return the kind of the file system and its mount options; empty if the system has no list of mounts."""
    try:
        mounts = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return "", ""
    wanted = f"{os.major(device)}:{os.minor(device)}"
    for line in mounts.splitlines():
        mount, _, file_system = line.partition(" - ")
        if mount.split(" ")[2:3] == [wanted]:
            kind, _, options = file_system.partition(" ")
            return kind, options
    return "", ""
