-- Finding: what a search compares, and the categories of channels.

-- A text as a search sees it: small letters without accents, words with one blank between them. What is no letter and no digit of a script
-- parts words, so that `%`, `_` and quotes mean nothing. Most texts are ASCII, for which one step does.
CREATE FUNCTION search_key(words text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE WHEN octet_length(words) = length(words)
  THEN btrim(regexp_replace(lower(words), '[^a-z0-9]+', ' ', 'g'))
  ELSE btrim(regexp_replace(
    replace(replace(replace(replace(translate(
      lower(regexp_replace(normalize(words, NFKD), '[\u00AD\u0300-\u036F\u200B-\u200F\u2060\uFE00-\uFE0F]', '', 'g')),
      'øđłıðς', 'odlidσ'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th'),
    '[\u0001-\u002F\u003A-\u0060\u007B-\u00BF\u2000-\u206F\u3000-\u303F]+', ' ', 'g'))
END;

-- The words of a key, each behind a `^`. With `parts` also what is left of each word without its first characters, at least three: a search
-- for the beginning of a lexeme then finds each part of a word. Words are cut, since a lexeme has at most 2 046 bytes.
CREATE FUNCTION search_lexemes(key text, parts boolean) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  word text;
  lexemes text[] := '{}';
BEGIN
  FOREACH word IN ARRAY string_to_array(key, ' ') LOOP
    word := left(word, 60);
    lexemes := lexemes || ('^' || word);
    IF parts THEN
      FOR i IN 2 .. length(word) - 2 LOOP
        lexemes := lexemes || substr(word, i);
      END LOOP;
    END IF;
  END LOOP;
  RETURN array_to_tsvector(lexemes);
END $$;

-- A list of what is not yet in the index would be read by each search.
CREATE INDEX users_search ON users USING gin (search_lexemes(search_key(login || ' ' || display_name), true)) WITH (fastupdate = off);
CREATE INDEX channels_search ON channels USING gin (search_lexemes(search_key(title), false)) WITH (fastupdate = off);

CREATE TABLE categories (
  slug text PRIMARY KEY CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
  name text NOT NULL UNIQUE
);
COMMENT ON COLUMN categories.name IS 'as channels.category has it: no reference, since channels may keep words of their own from before';

INSERT INTO categories (slug, name) VALUES
  ('just-chatting', 'Just chatting'), ('music', 'Music'), ('art', 'Art'), ('making', 'Making and crafts'), ('food', 'Food'),
  ('outdoors', 'Outdoors'), ('nature', 'Nature and animals'), ('travel', 'Travel'), ('sports', 'Sports'), ('fitness', 'Fitness'),
  ('science', 'Science'), ('space', 'Space'), ('software', 'Software'), ('electronics', 'Electronics'), ('learning', 'Learning'),
  ('languages', 'Languages'), ('books', 'Books and writing'), ('history', 'History'), ('news', 'News and politics'),
  ('business', 'Business'), ('talks', 'Talks and podcasts'), ('events', 'Events'), ('radio', 'Radio'), ('dance', 'Dance'),
  ('film', 'Film and animation'), ('cars', 'Cars and racing'), ('chess', 'Chess'), ('board-games', 'Board and card games'),
  ('role-playing', 'Role-playing'), ('strategy', 'Strategy'), ('shooters', 'Shooters'), ('platformers', 'Platformers'),
  ('puzzles', 'Puzzles'), ('racing', 'Racing games'), ('simulation', 'Simulation'), ('sandbox', 'Sandbox and building'),
  ('fighting', 'Fighting games'), ('retro', 'Retro games'), ('speedruns', 'Speedruns'), ('asmr', 'Calm and ASMR');

-- What channels have already, in the list's own letters.
UPDATE channels c SET category = g.name FROM categories g WHERE lower(c.category) = lower(g.name) AND c.category <> g.name;
CREATE INDEX channels_category ON channels (category) WHERE category IS NOT NULL;
