"""Written forms: columns whose values are a way of writing something else, read and written back.

A text ``31.12.2024`` is a date, ``1.234,50 €`` an amount, 20241231 a date in digits, and
``ORD-2024-000123`` a prefix, a year and digits. A form reads such a column into *parts*, which are
learned as what they are, and writes drawn parts in the very form of the seed. What no form reads
stays as it is, in a part of its own.
"""
