"""How far away a URL leads."""

from aloop_models.features.checks.distance import Distance, distance_of


def test_reach() -> None:
    """This machine, a private network, anywhere."""
    here = ("http://localhost:1", "http://127.8.0.1", "http://[::1]:5/v1", "http://a.localhost", "http://0.0.0.0:1")
    near = ("http://10.0.0.1", "http://vllm:8000", "http://box.local", "http://[fd00::1]")
    near += ("http://100.64.0.1:1", "http://100.127.255.254", "http://gpu.tail1.ts.net", "http://[::ffff:10.0.0.1]")
    near += ("http://gw.acme.corp", "http://box.lan", "http://gw.internal", "http://nas.home.arpa", "http://GPU.LAN:1")
    far = ("https://api.openai.com", "http://8.8.8.8", "", "localhost:1", "http://[", "http://")
    far += ("http://100.63.255.255", "http://100.128.0.0", "http://ts.net.example.com")
    for reached, bases in ((Distance.HERE, here), (Distance.NEAR, near), (Distance.FAR, far)):
        assert {base: distance_of(base) for base in bases} == dict.fromkeys(bases, reached)
