-- Run once by the postgres image, as superuser, when the database is first made: the role the API serves as.
-- It may log in and nothing else; the migration grants it SELECT.
\getenv password JTAI_READER_PASSWORD
CREATE ROLE jtai_reader LOGIN PASSWORD :'password';
