"""What lies behind a fault that somebody names, measured: which edit mends it, where its words alone do not say."""
