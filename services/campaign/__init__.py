"""Campaign: candidate pages, programmes and their suggestions, debates.

It decides what becomes of every suggestion and who debates with whom, where and
when; it never sees the electoral roll.
"""
