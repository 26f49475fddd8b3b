"""Web Push: telling phones and browsers, encrypted for each of them, and when they are to be left in peace."""
