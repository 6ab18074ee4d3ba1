-- held: until when quiet hours keep a message; 0 for not
ALTER TABLE notice ADD COLUMN held INTEGER NOT NULL DEFAULT 0;
