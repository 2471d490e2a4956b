"""Reminders, rates of the Central Bank and holds are settings with a day of effect"""

from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = '0106'
down_revision = '0104'
branch_labels = None
depends_on = None

PARIS = ZoneInfo('Europe/Paris')
MODES = ('off', 'warn', 'block')
LEVELS = 4
#: What the shop began with.
FIRST = {
    'relances': {
        key: value
        for place, days in enumerate((7, 21, 45, 0), 1)
        for key, value in (
            (f'days_{place}', days),
            (f'french_{place}', ''),
            (f'english_{place}', ''),
        )
    },
    'taux-bce': {'rates': '2025-01 3,15\n2025-07 2,15'},
    'blocages': {'hold_mode': 1, 'hold_days': 30, 'hold_amount': 0},
}

_OLD = sa.table(
    'receivable_settings',
    sa.column('id', sa.BigInteger()),
    sa.column('content', sa.JSON()),
    sa.column('set_at', sa.DateTime(timezone=True)),
    sa.column('by_name', sa.String()),
)
_NEW = sa.table(
    'setting_changes',
    sa.column('id', sa.BigInteger()),
    sa.column('part', sa.String()),
    sa.column('after', sa.Integer()),
    sa.column('since', sa.Date()),
    sa.column('content', sa.JSON()),
    sa.column('changes', sa.JSON()),
    sa.column('set_at', sa.DateTime(timezone=True)),
    sa.column('by_name', sa.String()),
)


def upgrade():
    """Each earlier row becomes a change of the parts that it changed, in force from its day on."""
    bind = op.get_bind()
    in_force = {part: dict(values) for part, values in FIRST.items()}
    latest = dict.fromkeys(FIRST, 0)
    for row in bind.execute(sa.select(_OLD).order_by(_OLD.c.id)).all():
        for part, values in _parts(row.content).items():
            before = in_force[part]
            told = [[key, before[key], value] for key, value in values.items()]
            told = [one for one in told if one[1] != one[2]]
            if not told:
                continue
            in_force[part] = values
            latest[part] = bind.execute(
                sa.insert(_NEW)
                .values(
                    part=part,
                    after=latest[part],
                    since=_aware(row.set_at).astimezone(PARIS).date(),
                    content={key: value for key, _before, value in told},
                    changes=told,
                    set_at=row.set_at,
                    by_name=row.by_name,
                )
                .returning(_NEW.c.id)
            ).scalar_one()
    op.drop_table('receivable_settings')


def _parts(content):
    """The values of a row, by part; levels that it lacked have no days."""
    levels = [*content['levels'], *[[0, '', '']] * LEVELS][:LEVELS]
    return {
        'relances': {
            key: value
            for place, (days, french, english) in enumerate(levels, 1)
            for key, value in (
                (f'days_{place}', days),
                (f'french_{place}', french),
                (f'english_{place}', english),
            )
        },
        'taux-bce': {
            'rates': '\n'.join(
                f'{day[:7]} {rate // 100},{rate % 100:02d}'
                for day, rate in sorted(content['rates'].items())
            )
        },
        'blocages': {
            'hold_mode': MODES.index(content['hold_mode']),
            'hold_days': content['hold_days'],
            'hold_amount': content['hold_amount'],
        },
    }


def _aware(moment):
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo('UTC'))


def downgrade():
    raise NotImplementedError('The days of effect would be lost: restore a backup.')
