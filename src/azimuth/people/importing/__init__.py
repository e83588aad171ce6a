"""Knows: how a sheet of people becomes a plan of changes, and a plan becomes rows.

Reading, mapping and planning are pure; `present` asks the database what stands now, `applying` writes.
The order of the modules: fields, problems, decoding, commas, workbooks, reading, guessing, values, entries, units, leads, present,
planning, power, applying.
"""
