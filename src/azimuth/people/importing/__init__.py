"""Knows: how a sheet of people becomes a plan of changes, and a plan becomes rows.

Reading, mapping and planning are pure; `present` asks the database what stands now; `actions.import_writing` writes.
To read it: fields, problems; decoding, commas, workbooks, reading; values, mapping, guessing; present, entries, matching, spelling,
units, leaving, leads; comparing, power, planning.
"""
