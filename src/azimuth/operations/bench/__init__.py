"""Knows: how speed is measured: in this process, beside a floor or a stated target, in the same run.

Does not know: what is fast enough in general; targets stand beside each figure.
Serves: `azimuth bench` and `make bench`.
"""
