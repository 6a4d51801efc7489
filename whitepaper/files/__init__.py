"""What data sets and pretrained weights stand on: the cache, downloads, and readers of archives and tables."""
