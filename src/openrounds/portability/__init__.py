"""Taking one's own data along: tables that other servers read, and an archive of everything."""
