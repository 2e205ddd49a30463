-- Full-text search: how texts become words, and how BM25 ranks them.

-- Statistics of a collection that BM25 needs. refresh_chunk_text() updates them in the background. A collection without
-- a row here is small or new: its statistics are counted during each search.
CREATE TABLE chunk_text (
    collection_id integer NOT NULL,
    rows bigint NOT NULL,
    word_count_mean double precision NOT NULL,
    bytes bigint NOT NULL,
    changes bigint NOT NULL,
    refreshed_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT chunk_text_pk PRIMARY KEY (collection_id)
);

COMMENT ON COLUMN chunk_text.bytes IS 'size of the partition when it was sampled';
COMMENT ON COLUMN chunk_text.changes IS 'rows written and deleted until then, as PostgreSQL counts them';

-- Document frequencies of the common words of a collection. Rare words are counted in the GIN index during a search,
-- which is fast because they are rare.
CREATE TABLE chunk_term (
    collection_id integer NOT NULL,
    lexeme text COLLATE "C" NOT NULL,
    rows bigint NOT NULL,
    CONSTRAINT chunk_term_pk PRIMARY KEY (collection_id, lexeme)
);

-- Splits each run of characters of a script without spaces into bigrams, separated by spaces. The characters are doubled
-- (AABBCC), the first and the last one are removed (ABBC), and the rest is cut into pairs (AB BC). A single character
-- stays as it is.
CREATE FUNCTION chunk_bigrams(body text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT regexp_replace(
        regexp_replace(
            regexp_replace(
                regexp_replace(body, '([\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3130-\u318f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003134f])', '\1\1', 'g'),
                '(^|[^\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3130-\u318f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003134f])[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3130-\u318f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003134f]', '\1 ', 'g'),
            '([\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3130-\u318f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003134f]{2})[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3130-\u318f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003134f](?![\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3130-\u318f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003134f])', '\1', 'g'),
        '([\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3130-\u318f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003134f]{1,2})', '\1 ', 'g')
$$;

-- Prepares a text for the parser, so that what looks the same is the same word:
--
-- - Compatibility forms are replaced (NFKC): ligatures, full width, superscripts, combining marks. Characters that are
--   not seen, such as soft hyphens, are removed.
-- - PostgreSQL's parser makes one lexeme of and/or, COVID-19 or self.name, and none of what it takes for a tag or an
--   entity. So punctuation within words is replaced by spaces. Numbers such as 3.5 stay whole.
-- - C# and C++ are words of their own.
-- - In languages without spaces, words may go on after a line break. Korean has spaces.
--
-- Most texts need few of these steps, and finding that out is cheap. (Nested replace() takes a third of the time of
-- translate().)
CREATE FUNCTION chunk_plain_text(language text, body text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
DECLARE
    plain text := body;
BEGIN
    IF octet_length(plain) <> length(plain) THEN
        IF plain ~ '[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]' THEN
            plain := regexp_replace(
                plain, '[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]',
                '', 'g');
        END IF;
        IF plain IS NOT NFKC NORMALIZED THEN
            plain := normalize(plain, NFKC);
        END IF;
    END IF;
    plain := replace(replace(replace(replace(replace(replace(replace(replace(replace(
        plain, '/', ' '), '_', ' '), ':', ' '), '@', ' '), '\', ' '), '-', ' '), '<', ' '), '>', ' '), '&', ' ');
    IF plain ~ '[[:alnum:]][.][[:alnum:]]' THEN
        plain := regexp_replace(plain, '(?<=[[:alnum:]])[.](?=[[:alpha:]])', ' ', 'g');
        plain := regexp_replace(plain, '([[:alpha:]][[:digit:]]*)[.](?=[[:digit:]])', '\1 ', 'g');
    END IF;
    IF strpos(plain, '#') > 0 THEN
        plain := regexp_replace(plain, '\m([cfj])#', '\1sharp ', 'gi');
    END IF;
    IF strpos(plain, '++') > 0 THEN
        plain := regexp_replace(plain, '\m([cg])\+\+', '\1plusplus ', 'gi');
    END IF;
    IF language = 'cjk' THEN
        plain := chunk_bigrams(regexp_replace(
            plain,
            '([\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f])[ \t]*\r?\n[ \t]*(?=[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f])',
            '\1', 'g'));
    END IF;
    RETURN plain;
END
$$;

-- Removes the accents of Latin and Greek letters, the dots of the Cyrillic e, and the vowel signs of Hebrew and Arabic,
-- with which few people type. Other marks make another letter.
CREATE FUNCTION chunk_without_accents(plain text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
BEGIN
    IF plain !~ '[\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0300-\u036f\u0386\u0388-\u0390\u03aa-\u03b0\u03ca-\u03ce\u0401\u0451\u0591-\u05c7\u0610-\u06e4\u1e00-\u1fff]' THEN
        RETURN plain;
    END IF;
    plain := regexp_replace(
        normalize(plain, NFD),
        '([A-Za-z\u0370-\u03ff\u0415\u0435])[\u0300-\u036f]+|[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4]',
        '\1', 'g');
    plain := translate(plain, 'łŁøØđĐðÐħĦıŧŦ', 'lLoOdDdDhHitT');
    plain := replace(replace(replace(replace(replace(
        plain, 'ß', 'ss'), 'æ', 'ae'), 'Æ', 'AE'), 'œ', 'oe'), 'Œ', 'OE');
    RETURN normalize(plain, NFC);
END
$$;

-- What the parser reads of a text.
CREATE FUNCTION chunk_parsed_text(language text, fold_accents boolean, body text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT CASE WHEN fold_accents THEN chunk_without_accents(plain) ELSE plain END
    FROM chunk_plain_text(language, body) AS plain
$$;

-- The text search configuration of a language.
CREATE FUNCTION chunk_configuration(language text) RETURNS regconfig
    LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT CASE language WHEN 'cjk' THEN 'simple' ELSE language END::regconfig
$$;

-- The words of a text with their positions.
CREATE FUNCTION chunk_words(language text, fold_accents boolean, body text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT to_tsvector(chunk_configuration(language), chunk_parsed_text(language, fold_accents, body))
$$;

-- The words that a query is searched for, and how much each counts. Beside the words of chunk_words(), these are forms
-- that chunk_set_tsv() marks:
--
-- - the form with accents, if the word has any. It counts for little: it ranks a chunk with it above one without;
-- - if every word is a stop word of the language, those. They are found where they stand out; four or more of them also
--   where they stand in a row.
CREATE FUNCTION chunk_query_words(language text, fold_accents boolean, body text)
    RETURNS TABLE (lexeme text, position_first integer, share double precision)
    LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 10
AS $$
    WITH word AS MATERIALIZED (
        SELECT lexeme, positions[1] AS no
        FROM unnest(chunk_words(language, fold_accents, body)) AS word (lexeme, positions, weights))
    SELECT lexeme, no, 1 FROM word
    UNION ALL
    SELECT E'\x04' || exact.lexeme, positions[1], 0.1
    FROM unnest(CASE WHEN fold_accents THEN chunk_words(language, false, body) END) AS exact (lexeme, positions, weights)
    WHERE exact.lexeme NOT IN (SELECT lexeme FROM word)
    UNION ALL
    SELECT mark || stop.lexeme, no, 1
    FROM (SELECT lexeme, positions[1] AS no, sum(cardinality(positions)) OVER () AS words
          FROM unnest(to_tsvector('simple', chunk_plain_text(language, body))) AS word (lexeme, positions, weights)
         ) AS stop, (VALUES (E'\x05', 1), (E'\x06', 4)) AS kind (mark, words_min)
    WHERE language NOT IN ('simple', 'cjk') AND NOT EXISTS (SELECT FROM word) AND words >= words_min
$$;

-- A phrase: its words, each directly after the one before. Empty if the text has no words.
CREATE FUNCTION chunk_phrase(language text, fold_accents boolean, body text) RETURNS tsquery
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT phraseto_tsquery(chunk_configuration(language), chunk_parsed_text(language, fold_accents, body))
$$;

-- Matches any of the phrases. Empty if none of them has a word.
CREATE FUNCTION chunk_any_phrase(language text, fold_accents boolean, bodies text[]) RETURNS tsquery
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT coalesce(string_agg('(' || phrase::text || ')', ' | '), '')::tsquery
    FROM unnest(bodies) AS body, chunk_phrase(language, fold_accents, body) AS phrase
    WHERE numnode(phrase) > 0
$$;

-- A query for one word. No character of it is read as an operator.
CREATE FUNCTION chunk_word_query(lexeme text) RETURNS tsquery
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT ('''' || replace(replace(lexeme, '\', '\\'), '''', '''''') || '''')::tsquery
$$;

-- How often a word occurs in a chunk, 0 to 256. With equal weights, ts_rank of a single word is sum(1 / i^2, i = 1..n) /
-- (pi^2 / 6) for n occurrences; each bound lies between the values of n and n + 1. All of this runs in C, where unnest()
-- of the tsvector would take a hundred times as long.
CREATE FUNCTION chunk_word_frequency(tsv tsvector, word tsquery) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT width_bucket(ts_rank('{1,1,1,1}', tsv, word)::float8,
        '{0.3039636,0.683918,0.7936826,0.8464541,0.8776103,0.8982123,0.9128591,0.9238118,0.9323139,0.9391062,
        0.9446579,0.9492809,0.9531903,0.9565397,0.9594415,0.9619798,0.964219,0.9662089,0.9679891,0.969591,
        0.9710402,0.9723574,0.9735601,0.9746624,0.9756764,0.9766124,0.977479,0.9782837,0.9790328,0.979732,
        0.980386,0.9809992,0.9815751,0.9821172,0.9826283,0.983111,0.9835675,0.9840001,0.9844104,0.9848002,
        0.985171,0.9855242,0.9858609,0.9861823,0.9864894,0.9867832,0.9870644,0.9873339,0.9875925,0.9878406,
        0.9880791,0.9883084,0.988529,0.9887414,0.9889462,0.9891436,0.9893341,0.989518,0.9896957,0.9898674,
        0.9900335,0.9901943,0.99035,0.9905008,0.9906469,0.9907886,0.9909261,0.9910596,0.9911892,0.991315,
        0.9914374,0.9915563,0.991672,0.9917845,0.9918941,0.9920007,0.9921046,0.9922058,0.9923045,0.9924007,
        0.9924945,0.9925861,0.9926754,0.9927626,0.9928478,0.9929309,0.9930122,0.9930916,0.9931692,0.9932451,
        0.9933193,0.993392,0.993463,0.9935326,0.9936006,0.9936673,0.9937326,0.9937966,0.9938592,0.9939206,
        0.9939808,0.9940398,0.9940977,0.9941545,0.9942101,0.9942648,0.9943184,0.994371,0.9944226,0.9944733,
        0.9945231,0.994572,0.99462,0.9946672,0.9947136,0.9947592,0.994804,0.994848,0.9948913,0.9949339,0.9949758,
        0.9950169,0.9950574,0.9950973,0.9951365,0.9951751,0.9952131,0.9952505,0.9952873,0.9953236,0.9953593,
        0.9953944,0.9954291,0.9954632,0.9954968,0.9955299,0.9955625,0.9955947,0.9956264,0.9956576,0.9956884,
        0.9957188,0.9957487,0.9957783,0.9958074,0.9958361,0.9958644,0.9958924,0.9959199,0.9959471,0.995974,
        0.9960005,0.9960266,0.9960524,0.9960779,0.996103,0.9961278,0.9961523,0.9961765,0.9962004,0.996224,
        0.9962473,0.9962704,0.9962931,0.9963156,0.9963378,0.9963597,0.9963814,0.9964028,0.9964239,0.9964449,
        0.9964655,0.996486,0.9965061,0.9965261,0.9965459,0.9965654,0.9965847,0.9966037,0.9966226,0.9966413,
        0.9966597,0.996678,0.996696,0.9967139,0.9967316,0.996749,0.9967663,0.9967834,0.9968004,0.9968171,
        0.9968337,0.9968501,0.9968663,0.9968824,0.9968983,0.9969141,0.9969296,0.9969451,0.9969604,0.9969755,
        0.9969904,0.9970053,0.99702,0.9970345,0.9970489,0.9970631,0.9970773,0.9970912,0.9971051,0.9971188,
        0.9971324,0.9971459,0.9971592,0.9971724,0.9971855,0.9971985,0.9972113,0.9972241,0.9972367,0.9972492,
        0.9972616,0.9972739,0.997286,0.9972981,0.99731,0.9973219,0.9973336,0.9973453,0.9973568,0.9973683,
        0.9973796,0.9973909,0.997402,0.9974131,0.997424,0.9974349,0.9974457,0.9974564,0.997467,0.9974775,
        0.9974879,0.9974982,0.9975085,0.9975187,0.9975287,0.9975387,0.9975487,0.9975585,0.9975683,0.997578,
        0.9975876,0.9975971,0.9976066,0.997616,0.9976253}'::float8[])
$$;

-- The words of a title and a content that are prepared for the parser. A tsvector holds at most 1 MB of words; of a
-- longer text it holds the start, as much as fits. The exception block costs a subtransaction, so only texts that might
-- be too long run through it: a word takes at most about four times its own bytes.
CREATE FUNCTION chunk_tsvector(config regconfig, title text, content text) RETURNS tsvector
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
DECLARE
    body text := content;
BEGIN
    IF octet_length(body) <= 131072 THEN
        RETURN CASE
            WHEN title = '' THEN to_tsvector(config, body)
            ELSE to_tsvector(config, title) || to_tsvector(config, body)
        END;
    END IF;
    LOOP
        BEGIN
            RETURN to_tsvector(config, title) || to_tsvector(config, body);
        EXCEPTION WHEN program_limit_exceeded THEN
            body := left(body, length(body) / 2);
        END;
    END LOOP;
END
$$;

-- The stop words of each language that have two or three letters from A to Z, in capitals, as alternatives of a regular
-- expression.
CREATE TABLE chunk_stop_word (
    language text NOT NULL,
    words text NOT NULL,
    CONSTRAINT chunk_stop_word_pk PRIMARY KEY (language)
);

-- PostgreSQL does not list stop words, so every short word is tried, once for each language.
CREATE FUNCTION chunk_short_stop_words(language text) RETURNS text
    LANGUAGE plpgsql
AS $$
DECLARE
    words text := (SELECT known.words FROM chunk_stop_word AS known
                   WHERE known.language = chunk_short_stop_words.language);
    config regconfig := chunk_configuration(language);
BEGIN
    IF words IS NULL THEN
        SELECT coalesce(string_agg(word, '|' ORDER BY word), '') INTO words
        FROM (SELECT chr(a) || chr(b) || coalesce(chr(c), '')
              FROM generate_series(65, 90) AS a, generate_series(65, 90) AS b,
                  (SELECT NULL UNION ALL SELECT generate_series(65, 90)) AS third (c)) AS short (word)
        WHERE to_tsvector(config, word) = '';
        INSERT INTO chunk_stop_word VALUES (language, words) ON CONFLICT DO NOTHING;
    END IF;
    RETURN words;
END
$$;

-- The short stop words that stand out in a text: written in capitals (the IT department), with a capital within a
-- sentence (a concert of The Who), each after a \x05; or at least four in a row (to be or not to be), each after a \x06.
-- In lower case; null if there are none. To index every stop word would cost a fifth of the time of an import, and a
-- query of stop words would find the chunks that repeat them.
--
-- Few texts have any, so the expressions that rule most of them out come first: a query costs as much as four of them.
CREATE FUNCTION chunk_stop_words(stop_words text, plain text) RETURNS text[]
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
DECLARE
    capitals text[];
    capital text[];
    in_a_row text[];
BEGIN
    IF plain ~ '\m[[:upper:]]{2,3}\M|[[:alnum:],] [[:upper:]][[:lower:]]{1,2}\M' THEN
        IF plain ~ ('\m(' || stop_words || ')\M') THEN
            SELECT array_agg(E'\x05' || lower(groups[1])) INTO capitals
            FROM regexp_matches(plain, '\m(' || stop_words || ')\M', 'g') AS word (groups);
        END IF;
        IF plain ~ '[[:alnum:],] [[:upper:]][[:lower:]]{1,2}\M' THEN
            SELECT array_agg(E'\x05' || lower(groups[1])) INTO capital
            FROM regexp_matches(plain, '(?<=[[:alnum:],]) ([[:upper:]][[:lower:]]{1,2})\M', 'g') AS word (groups)
            WHERE strpos('|' || stop_words || '|', '|' || upper(groups[1]) || '|') > 0;
        END IF;
    END IF;
    IF plain ~ '\m([[:alpha:]]{2,3}[ ,]+){3}[[:alpha:]]{2,3}\M' THEN
        SELECT array_agg(E'\x06' || word) INTO in_a_row
        FROM regexp_matches(plain, '\m(?:[[:alpha:]]{2,3}[ ,]+){3,}[[:alpha:]]{2,3}\M', 'g') AS short (groups),
            regexp_matches(upper(groups[1]), '\m(?:(?:' || stop_words || ')\M[ ,]*){4,}', 'g') AS stop (words),
            regexp_split_to_table(lower(rtrim(words[1], ' ,')), '[ ,]+') AS word;
    END IF;
    RETURN capitals || capital || in_a_row;
END
$$;

-- Sets tsv and word_count. A trigger and not a generated column: the language differs between partitions, and until
-- PostgreSQL 16 a partition must have the generation expression of its parent.
--
-- Beside the words, a tsvector has lexemes without positions. The parser makes none that begins as these do:
--
-- - \x01, \x02 and \x03: the words that occur at least twice, four and eight times. If all words of a query are common,
--   these lists choose the candidates: they are short, and contain the chunks that rank high;
-- - \x04: words as they are with their accents, if accents are folded;
-- - \x05 and \x06: stop words that stand out, by capitals or in a row.
CREATE FUNCTION chunk_set_tsv() RETURNS trigger
    LANGUAGE plpgsql
AS $$
DECLARE
    language text := TG_ARGV[0];
    title_weight integer := TG_ARGV[1];
    fold_accents boolean := TG_ARGV[2];
    stop_words text := TG_ARGV[3];
    config regconfig := chunk_configuration(language);
    title text := '';
    content text;
    plain text;
    has_accents boolean := false;
    words tsvector;
    exact tsvector;
    marked text[];
    accented text[];
BEGIN
    IF TG_OP = 'UPDATE'
        AND OLD.word_count IS NOT NULL
        AND NEW.content IS NOT DISTINCT FROM OLD.content
        AND NEW.metadata -> 'title' IS NOT DISTINCT FROM OLD.metadata -> 'title'
    THEN
        NEW.tsv := OLD.tsv;
        NEW.word_count := OLD.word_count;
        RETURN NEW;
    END IF;
    content := chunk_plain_text(language, coalesce(NEW.content, ''));
    IF title_weight > 0 AND jsonb_typeof(NEW.metadata -> 'title') = 'string' THEN
        title := repeat(chunk_plain_text(language, NEW.metadata ->> 'title') || ' ', title_weight);
    END IF;
    plain := CASE WHEN title = '' THEN content ELSE title || content END;
    IF fold_accents AND octet_length(plain) <> length(plain) THEN
        title := chunk_without_accents(title);
        content := chunk_without_accents(content);
        has_accents := title || content <> plain;
    END IF;
    words := CASE
        WHEN title = '' AND octet_length(content) <= 131072 THEN to_tsvector(config, content)
        ELSE chunk_tsvector(config, title, content)
    END;
    SELECT coalesce(sum(n), 0),
           array_agg(E'\x01' || lexeme) FILTER (WHERE n >= 2)
               || array_agg(E'\x02' || lexeme) FILTER (WHERE n >= 4)
               || array_agg(E'\x03' || lexeme) FILTER (WHERE n >= 8)
    INTO NEW.word_count, marked
    FROM (SELECT lexeme, cardinality(positions) AS n FROM unnest(words) AS word (lexeme, positions, weights)
          OFFSET 0) AS word;
    IF has_accents THEN
        -- Only the words between spaces that are not ASCII are parsed once more.
        SELECT chunk_tsvector(config, '', string_agg(word, ' ')) INTO exact
        FROM string_to_table(plain, ' ') AS word WHERE octet_length(word) <> length(word);
        accented := tsvector_to_array(ts_delete(exact, tsvector_to_array(words)));
        IF cardinality(accented) > 0 THEN
            marked := marked || string_to_array(E'\x04' || array_to_string(accented, E' \x04'), ' ');
            -- A query without accents then ranks a chunk without them first.
            NEW.word_count := NEW.word_count + cardinality(accented);
        END IF;
    END IF;
    IF stop_words <> '' THEN
        marked := marked || chunk_stop_words(stop_words, plain);
    END IF;
    -- A tsvector that is already half full might not have room for the marked lexemes.
    NEW.tsv := CASE
        WHEN cardinality(marked) > 0 AND pg_column_size(words) <= 500000 THEN words || array_to_tsvector(marked)
        ELSE words
    END;
    RETURN NEW;
END
$$;

-- Refreshes the statistics of a collection from a sample of its rows, of at most about sample_bytes. Also empties the
-- pending list of the GIN index, which every search would read. Returns false if another session is refreshing them.
CREATE FUNCTION refresh_chunk_text(collection_id integer, sample_bytes bigint) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
AS $$
DECLARE
    part text := 'chunk_' || collection_id;
    size bigint;
    written bigint;
    share double precision;
    sample text;
    sampled bigint;
    words_mean double precision;
BEGIN
    IF to_regclass(part) IS NULL
        OR NOT pg_try_advisory_xact_lock(hashtext('chunk text'), collection_id)
    THEN
        RETURN false;
    END IF;
    size := greatest(pg_relation_size(part::regclass), 1);
    SELECT coalesce(n_tup_ins + n_tup_upd + n_tup_del, 0) INTO written
    FROM pg_stat_user_tables WHERE relid = part::regclass;
    PERFORM gin_clean_pending_list((part || '_tsv')::regclass);
    share := least(1, sample_bytes::float8 / size);
    sample := format('%I TABLESAMPLE SYSTEM (%s) REPEATABLE (1)', part, share * 100);
    EXECUTE 'SELECT count(*), coalesce(avg(word_count), 0) FROM ' || sample INTO sampled, words_mean;

    DELETE FROM chunk_term AS term WHERE term.collection_id = refresh_chunk_text.collection_id;
    INSERT INTO chunk_term (collection_id, lexeme, rows)
    SELECT refresh_chunk_text.collection_id, word, ndoc / share
    FROM ts_stat('SELECT tsv FROM ' || sample)
    WHERE ndoc >= 10 AND ndoc / share >= CASE WHEN word < E'\x04' COLLATE "C" THEN 50 ELSE 200 END
    ORDER BY word COLLATE "C";

    INSERT INTO chunk_text (collection_id, rows, word_count_mean, bytes, changes)
    VALUES (collection_id, sampled / share, words_mean, size, coalesce(written, 0))
    ON CONFLICT ON CONSTRAINT chunk_text_pk DO UPDATE
    SET rows = excluded.rows, word_count_mean = excluded.word_count_mean, bytes = excluded.bytes,
        changes = excluded.changes, refreshed_at = now();
    RETURN true;
END
$$;
