"""Who is running, and how to reach it."""
