"""A WordPress export (WXR 1.0 to 1.2) becomes draft cases: read as a stream, planned, taken, and undone again if need be."""
