-- AlterTable
ALTER TABLE "job" ADD COLUMN     "strict" BOOLEAN NOT NULL DEFAULT false;

-- What people said is looked for among all outcomes and reviews, of which it is a small part.
CREATE INDEX outcome_labelled ON outcome (task, id) WHERE label IS NOT NULL;
CREATE INDEX review_decided ON review (decided_at) WHERE state = 'decided';
