"""What trends. The index of posts' words is no model (see `index`): the two databases keep it in different ways."""

from typing import ClassVar

from django.db import models


class TrendKind(models.IntegerChoices):
    """What `Trend.subject_id` names."""

    HASHTAG = 0, "hashtag"
    POST = 1, "post"
    LINK = 2, "link"


class Trend(models.Model):
    """One of the best of its kind, as last counted (`actions.count_trends`)."""

    kind = models.SmallIntegerField(choices=TrendKind.choices)
    subject_id = models.BigIntegerField()
    score = models.FloatField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "subject_id"], name="trend_once")]
        indexes: ClassVar = [models.Index(fields=["kind", "-score"], name="trend_best")]
