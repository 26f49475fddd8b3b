"""What is posted reaches every open app: WebSocket and SSE, fed by the outbox."""
