"""People confirm their address and close their sessions; organisations have establishments"""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
MOMENT = sa.DateTime(timezone=True)
SHARED = 'Two organisations have the SIREN %s: make them one before this migration.'
#: Tables whose rows are never changed or deleted.
WRITTEN_ONCE = ('register_checks',)


def upgrade():
    _ensure_one_organisation_a_siren()
    _people()
    _attempts()
    _establishments()
    _memberships()
    _organisations()
    _verification()
    _words_of_the_register()
    for table in WRITTEN_ONCE:
        _write_once(table)


def _ensure_one_organisation_a_siren():
    shared = op.get_bind().execute(
        sa.text('SELECT siren FROM organisations GROUP BY siren HAVING count(*) > 1 LIMIT 1')
    ).scalar()
    if shared is not None:
        raise ValueError(SHARED % shared)


def _people():
    op.add_column('users', sa.Column('email_confirmed_at', MOMENT))
    op.add_column('users', sa.Column('wish', sa.JSON()))
    op.add_column('users', sa.Column('totp_secret', sa.String(64)))
    op.add_column('users', sa.Column('totp_step', sa.BigInteger()))
    op.add_column('users', sa.Column('erased_at', MOMENT))
    op.execute('UPDATE users SET email_confirmed_at = created_at')
    op.drop_column('users', 'session_epoch')
    op.create_table(
        'user_sessions',
        sa.Column('id', ID, primary_key=True),
        _reference('user_sessions', 'user_id', 'users', nullable=False),
        sa.Column('key', sa.String(64), nullable=False),
        sa.Column('opened_at', MOMENT, nullable=False),
        sa.Column('seen_at', MOMENT, nullable=False),
        sa.Column('expires_at', MOMENT, nullable=False),
        sa.Column('closed_at', MOMENT),
        sa.Column('browser', sa.String(200), nullable=False),
        sa.Column('origin', sa.String(45), nullable=False),
        sa.UniqueConstraint('key', name=op.f('uq_user_sessions_key')),
    )
    op.create_index('ix_user_sessions_user_id', 'user_sessions', ['user_id'])
    op.create_table(
        'recovery_codes',
        sa.Column('id', ID, primary_key=True),
        _reference('recovery_codes', 'user_id', 'users', nullable=False),
        sa.Column('digest', sa.String(64), nullable=False),
        sa.Column('used_at', MOMENT),
    )
    op.create_index('ix_recovery_codes_user_id', 'recovery_codes', ['user_id'])
    op.create_table(
        'passkeys',
        sa.Column('id', ID, primary_key=True),
        _reference('passkeys', 'user_id', 'users', nullable=False),
        sa.Column('credential_id', sa.String(1400), nullable=False),
        sa.Column('public_key', sa.LargeBinary(), nullable=False),
        sa.Column('sign_count', sa.BigInteger(), nullable=False),
        sa.Column('transports', sa.JSON(), nullable=False),
        sa.Column('name', sa.String(60), nullable=False),
        sa.Column('created_at', MOMENT, nullable=False),
        sa.Column('last_used_at', MOMENT),
        sa.UniqueConstraint('credential_id', name=op.f('uq_passkeys_credential_id')),
    )
    op.create_index('ix_passkeys_user_id', 'passkeys', ['user_id'])


def _attempts():
    """The attempts of the last quarter of an hour are deleted: nobody loses by it."""
    op.drop_table('sign_in_failures')
    op.create_table(
        'past_attempts',
        sa.Column('id', ID, primary_key=True),
        sa.Column('kind', sa.String(20), nullable=False),
        sa.Column('account', sa.String(64), nullable=False),
        sa.Column('origin', sa.String(64), nullable=False),
        sa.Column('at', MOMENT, nullable=False),
    )
    op.create_index('ix_past_attempts_account', 'past_attempts', ['account', 'kind', 'at'])
    op.create_index('ix_past_attempts_origin', 'past_attempts', ['origin', 'kind', 'at'])
    op.create_index('ix_past_attempts_at', 'past_attempts', ['kind', 'at'])


def _establishments():
    op.create_table(
        'establishments',
        sa.Column('id', ID, primary_key=True),
        _reference('establishments', 'organisation_id', 'organisations', nullable=False),
        sa.Column('siret', sa.String(14), nullable=False),
        sa.Column('name', sa.String(200), nullable=False),
        sa.Column('header', sa.JSON(), nullable=False),
        sa.Column('closed', sa.Boolean(), nullable=False),
        _reference('establishments', 'named_by_id', 'users'),
        sa.Column('created_at', MOMENT, nullable=False),
        sa.UniqueConstraint('siret', name=op.f('uq_establishments_siret')),
    )
    op.create_index('ix_establishments_organisation_id', 'establishments', ['organisation_id'])
    op.execute(
        'INSERT INTO establishments (organisation_id, siret, name, header, closed, created_at)'
        ' SELECT id, siret, name, header, false, created_at FROM organisations ORDER BY id'
    )
    _add_column('dossiers', 'establishment_id', 'establishments')
    op.execute(
        'UPDATE dossiers SET establishment_id = (SELECT min(e.id) FROM establishments e'
        ' WHERE e.organisation_id = dossiers.organisation_id)'
    )


def _memberships():
    _add_column('memberships', 'establishment_id', 'establishments')
    _add_column('memberships', 'invited_by_id', 'users')
    for flag in ('administers', 'buys', 'accounts', 'everywhere'):
        op.add_column('memberships', sa.Column(flag, sa.Boolean()))
    op.add_column('memberships', sa.Column('asked_at', MOMENT))
    op.add_column('memberships', sa.Column('approved_by', sa.String(200)))
    op.add_column('memberships', sa.Column('recommendation', sa.String(300)))
    op.add_column('memberships', sa.Column('recommended_by', sa.String(200)))
    op.execute(
        "UPDATE memberships SET administers = (role = 'member_admin'), buys = (role = 'buyer'),"
        " accounts = (role = 'accountant'), everywhere = true, approved_by = '',"
        " recommendation = '', recommended_by = '',"
        ' establishment_id = (SELECT min(e.id) FROM establishments e'
        ' WHERE e.organisation_id = memberships.organisation_id),'
        ' asked_at = coalesce(approved_at, (SELECT u.created_at FROM users u'
        ' WHERE u.id = memberships.user_id))'
    )
    with op.batch_alter_table('memberships') as batch:
        batch.drop_constraint(op.f('ck_memberships_role'), type_='check')
        batch.drop_constraint(op.f('uq_memberships_user_id_organisation_id'), type_='unique')
        batch.create_unique_constraint(op.f('uq_memberships_user_id'), ['user_id'])
        batch.drop_column('role')
        batch.alter_column('establishment_id', existing_type=ID, nullable=False)
        for flag in ('administers', 'buys', 'accounts', 'everywhere'):
            batch.alter_column(flag, existing_type=sa.Boolean(), nullable=False)
        batch.alter_column('asked_at', existing_type=MOMENT, nullable=False)
        batch.alter_column('approved_by', existing_type=sa.String(200), nullable=False)
        batch.alter_column('recommendation', existing_type=sa.String(300), nullable=False)
        batch.alter_column('recommended_by', existing_type=sa.String(200), nullable=False)
    op.create_index('ix_memberships_establishment_id', 'memberships', ['establishment_id'])


def _organisations():
    op.add_column('organisations', sa.Column('register_due_at', MOMENT))
    with op.batch_alter_table('organisations') as batch:
        batch.drop_constraint(op.f('uq_organisations_siret'), type_='unique')
        batch.drop_column('siret')
        batch.drop_column('header')
        batch.drop_index('ix_organisations_siren')
        batch.create_unique_constraint(op.f('uq_organisations_siren'), ['siren'])
    op.create_index('ix_organisations_register_due_at', 'organisations', ['register_due_at'])
    op.create_table(
        'invitations',
        sa.Column('id', ID, primary_key=True),
        _reference('invitations', 'organisation_id', 'organisations', nullable=False),
        _reference('invitations', 'establishment_id', 'establishments', nullable=False),
        sa.Column('email', sa.String(320), nullable=False),
        sa.Column('administers', sa.Boolean(), nullable=False),
        sa.Column('buys', sa.Boolean(), nullable=False),
        sa.Column('accounts', sa.Boolean(), nullable=False),
        sa.Column('everywhere', sa.Boolean(), nullable=False),
        _reference('invitations', 'invited_by_id', 'users', nullable=False),
        sa.Column('invited_at', MOMENT, nullable=False),
        sa.Column('sent_at', MOMENT, nullable=False),
        sa.Column('expires_at', MOMENT, nullable=False),
        sa.Column('issue', sa.Integer(), nullable=False),
        sa.Column('accepted_at', MOMENT),
        _reference('invitations', 'accepted_by_id', 'users'),
        sa.Column('revoked_at', MOMENT),
    )
    op.create_index('ix_invitations_organisation_id', 'invitations', ['organisation_id'])
    op.create_index('ix_invitations_email', 'invitations', ['email'])
    op.create_table(
        'organisation_contacts',
        sa.Column('id', ID, primary_key=True),
        _reference('organisation_contacts', 'organisation_id', 'organisations', nullable=False),
        sa.Column('function', sa.String(20), nullable=False),
        sa.Column('name', sa.String(120), nullable=False),
        sa.Column('capacity', sa.String(120), nullable=False),
        sa.Column('phone', sa.String(40), nullable=False),
        sa.Column('email', sa.String(320), nullable=False),
        sa.CheckConstraint(
            "function IN ('buyer','delivery','payer','signatory')",
            name=op.f('ck_organisation_contacts_function'),
        ),
    )
    op.create_index(
        'ix_organisation_contacts_organisation_id', 'organisation_contacts', ['organisation_id']
    )


def _verification():
    _add_column('verification_decisions', 'about_id', 'users')
    op.execute("ALTER TABLE verification_decisions ADD COLUMN act VARCHAR(40) NOT NULL DEFAULT ''")
    op.execute(
        "ALTER TABLE verification_decisions ADD COLUMN about_name VARCHAR(120) NOT NULL DEFAULT ''"
    )
    op.create_table(
        'proven_domains',
        sa.Column('id', ID, primary_key=True),
        _reference('proven_domains', 'organisation_id', 'organisations', nullable=False),
        sa.Column('domain', sa.String(253), nullable=False),
        sa.Column('proven_at', MOMENT, nullable=False),
        sa.Column('by_name', sa.String(200), nullable=False),
        sa.Column('source', sa.String(300), nullable=False),
        sa.UniqueConstraint(
            'organisation_id', 'domain', name=op.f('uq_proven_domains_organisation_id_domain')
        ),
    )
    op.create_index('ix_proven_domains_domain', 'proven_domains', ['domain'])
    op.create_table(
        'change_requests',
        sa.Column('id', ID, primary_key=True),
        _reference('change_requests', 'organisation_id', 'organisations', nullable=False),
        _reference('change_requests', 'establishment_id', 'establishments', nullable=False),
        sa.Column('wanted', sa.JSON(), nullable=False),
        sa.Column('reason', sa.String(500), nullable=False),
        _reference('change_requests', 'asked_by_id', 'users', nullable=False),
        sa.Column('asked_at', MOMENT, nullable=False),
        sa.Column('before', sa.String(20), nullable=False),
        sa.Column('decided_at', MOMENT),
        sa.Column('decided_by', sa.String(200), nullable=False),
        sa.Column('accepted', sa.Boolean()),
        sa.Column('answer', sa.String(500), nullable=False),
    )
    op.create_index('ix_change_requests_organisation_id', 'change_requests', ['organisation_id'])
    op.create_table(
        'register_checks',
        sa.Column('id', ID, primary_key=True),
        _reference('register_checks', 'organisation_id', 'organisations', nullable=False),
        sa.Column('siret', sa.String(14), nullable=False),
        sa.Column('at', MOMENT, nullable=False),
        sa.Column('source', sa.String(20), nullable=False),
        sa.Column('outcome', sa.String(20), nullable=False),
        sa.Column('facts', sa.JSON(), nullable=False),
        sa.Column('payload_sha256', sa.String(64), nullable=False),
    )
    op.create_index('ix_register_checks_organisation_id', 'register_checks', ['organisation_id'])
    op.create_table(
        'evidence_files',
        sa.Column('id', ID, primary_key=True),
        _reference('evidence_files', 'organisation_id', 'organisations', nullable=False),
        _reference('evidence_files', 'user_id', 'users', nullable=False),
        _reference('evidence_files', 'by_id', 'users', nullable=False),
        sa.Column('filename', sa.String(200), nullable=False),
        sa.Column('media_type', sa.String(80), nullable=False),
        sa.Column('sha256', sa.String(64), nullable=False),
        sa.Column('size', sa.Integer(), nullable=False),
        sa.Column('stored_at', MOMENT, nullable=False),
        sa.Column('data', sa.LargeBinary(), nullable=False),
    )
    op.create_index('ix_evidence_files_organisation_id', 'evidence_files', ['organisation_id'])


def _words_of_the_register():
    """The words by which bodies are found, for a register that exists already."""
    words = op.create_table(
        'public_body_words',
        sa.Column(
            'word',
            sa.String(24).with_variant(sa.String(24, collation='C'), 'postgresql'),
            primary_key=True,
        ),
        sa.Column('place', sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column('siren', sa.String(9), nullable=False),
        sqlite_with_rowid=False,
    )
    kept = op.get_bind().execute(
        sa.text(
            'SELECT siren, folded, postal_code FROM public_bodies'
            ' ORDER BY coalesce(population, 0) DESC, siren'
        )
    )
    rows = [
        {'word': word[:24], 'place': place, 'siren': body.siren}
        for place, body in enumerate(kept, start=1)
        for word in {*body.folded.split(), body.postal_code} - {''}
    ]
    for start in range(0, len(rows), 5000):
        op.bulk_insert(words, rows[start : start + 5000])


def _reference(table, column, other, nullable=True):
    return sa.Column(
        column,
        ID,
        sa.ForeignKey(f'{other}.id', name=op.f(f'fk_{table}_{column}')),
        nullable=nullable,
    )


def _add_column(table, column, other):
    """A reference to another table, added without rebuilding this one: its triggers stay."""
    kind = 'INTEGER' if _is_sqlite() else 'BIGINT'
    op.execute(
        f'ALTER TABLE {table} ADD COLUMN {column} {kind}'
        f' CONSTRAINT fk_{table}_{column} REFERENCES {other} (id)'
    )


def _write_once(table):
    """The trigger of 0001, for a new table."""
    if _is_sqlite():
        for event in ('UPDATE', 'DELETE'):
            op.execute(
                f'CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table}'
                f" BEGIN SELECT RAISE(ABORT, '{table}: written once'); END"
            )
        return
    op.execute(
        f'CREATE TRIGGER {table}_written_once BEFORE UPDATE OR DELETE ON {table}'
        ' FOR EACH ROW EXECUTE FUNCTION written_once()'
    )


def _is_sqlite():
    return op.get_bind().dialect.name == 'sqlite'


def downgrade():
    raise NotImplementedError('Sessions, invitations and evidence would be lost: restore a backup.')
