"""What the platform costs, beside other ways to do the same work: same topics, same events, same machine, same broker."""
