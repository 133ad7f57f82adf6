"""What the acceptance tests stand on: a running demo, callers, raw HTTP, the SDK, and orders."""
