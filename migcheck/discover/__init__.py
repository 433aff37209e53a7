"""From folders to cases: what there is to check, read without importing anything that a case names.

tree      find case folders and give them ids
schema    ``case.toml`` as one frozen value
lines     where in a TOML file a key stands
case      a case, a broken case, and their variants
"""
