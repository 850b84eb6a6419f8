"""Reproducible comparisons with the tools that the project is built on."""
