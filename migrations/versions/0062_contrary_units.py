"""Contrary delivery notes take back no more than the delivery note has"""

from alembic import op

revision = '0062'
down_revision = "0061"
branch_labels = None
depends_on = None

NAME = 'contrary_lines_within_note'
#: Whether a new line and the earlier ones of the same delivery note exceed its line.
EXCEEDS = """
    (SELECT NEW.quantity + COALESCE(SUM(line.quantity), 0)
       FROM contrary_lines line
       JOIN contrary_notes other ON other.id = line.contrary_note_id
      WHERE line.position = NEW.position AND other.delivery_note_id = {note})
    > COALESCE((SELECT quantity FROM delivery_lines
                 WHERE delivery_note_id = {note} AND position = NEW.position), 0)
"""
OF_LINE = '(SELECT delivery_note_id FROM contrary_notes WHERE id = NEW.contrary_note_id)'


def upgrade():
    if op.get_bind().dialect.name == 'sqlite':
        op.execute(
            f'CREATE TRIGGER {NAME} BEFORE INSERT ON contrary_lines'
            f' WHEN {EXCEEDS.format(note=OF_LINE)}'
            f" BEGIN SELECT RAISE(ABORT, 'contrary_lines: more than delivered'); END"
        )
        return
    # The lock makes the second of two wait, and then count the units of the first. It is not the
    # strongest one: both hold the lock of their foreign key on the same delivery note.
    op.execute(
        f"""
        CREATE FUNCTION {NAME}() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            note bigint;
        BEGIN
            SELECT delivery_note_id INTO note FROM contrary_notes WHERE id = NEW.contrary_note_id;
            PERFORM 1 FROM delivery_notes WHERE id = note FOR NO KEY UPDATE;
            IF {EXCEEDS.format(note='note')} THEN
                RAISE EXCEPTION 'contrary_lines: more than delivered';
            END IF;
            RETURN NEW;
        END $$
        """
    )
    op.execute(
        f'CREATE TRIGGER {NAME} BEFORE INSERT ON contrary_lines'
        f' FOR EACH ROW EXECUTE FUNCTION {NAME}()'
    )


def downgrade():
    if op.get_bind().dialect.name == 'sqlite':
        op.execute(f'DROP TRIGGER {NAME}')
        return
    op.execute(f'DROP TRIGGER {NAME} ON contrary_lines')
    op.execute(f'DROP FUNCTION {NAME}()')
