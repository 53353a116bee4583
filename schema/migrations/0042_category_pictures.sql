-- Categories have pictures, which staff chooses.

-- Names their objects.
ALTER TABLE categories ADD COLUMN id uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE;
-- Address of the narrowest width; null: none.
ALTER TABLE categories ADD COLUMN picture_url text;
