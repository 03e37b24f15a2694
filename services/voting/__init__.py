"""Voting decides what lies in the ballot boxes, who has voted and by which channel.

It keeps one public board per voting district's roll; it never sees a private
credential, nor a ballot opened.
"""
