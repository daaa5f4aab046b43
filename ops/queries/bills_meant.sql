-- zh: 一个号码所指的提单：总提单、分提单或报关单号。
-- The master bills that a number means: its own, or those of a house bill or a declaration.
-- Parameters: number (a master bill, a house bill or a declaration).
-- Rows: one for each master bill of which a manifest, in force or not, has said so.
-- Columns: master_bl text
SELECT DISTINCT master_bl
FROM consignments
WHERE %(number)s != '' AND @@consignments
    AND (master_bl = %(number)s OR house_bl = %(number)s OR declaration_no = %(number)s)
