-- Nodes connect as a role that owns nothing (schema/node-role.ts): whoever takes one over must not rewrite what the log says of them.
-- Owners and superusers are not bound by this.

ALTER TABLE audit_log ENABLE ROW LEVEL SECURITY;
CREATE POLICY audit_read ON audit_log FOR SELECT USING (true);
CREATE POLICY audit_write ON audit_log FOR INSERT WITH CHECK (true);
-- Of an account that is deleted: from where it did things is forgotten, that it did them is not.
CREATE POLICY audit_forget_place ON audit_log FOR UPDATE USING (true) WITH CHECK (address = '' AND detail = '{}');
-- What edge/staff/audit-cleanup.ts sweeps is 400 days old by the clock of an edge.
CREATE POLICY audit_sweep ON audit_log FOR DELETE USING (at < now() - interval '399 days');
