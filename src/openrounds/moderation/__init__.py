"""Reports, announcements, rules of the house, the audit log."""
