"""The steps from an empty file to this version's tables; a released one is never edited."""
