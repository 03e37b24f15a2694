"""Pages of those who run a primary: officers, stations, trustees, administrators."""
