"""What every part needs and no domain word: errors, ids, clock, paging, text, HTML, net, limits."""
