"""Benchmarks: one made-up archive, built by sitegen, Hugo and Pelican in turn.

A program beside the package, not a part of it: `python -m benchmarks` makes the corpora, installs the
other generators in an environment of their own, measures, and writes `benchmarks/RESULTS.md`.
"""
