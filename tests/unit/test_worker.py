"""The worker's loop: jobs in turn, and those that wait for another server beside them."""

import threading

from shop.ops.worker import Job, Worker
from tests.waiting import until


def test_a_job_that_waits_for_another_server_does_not_delay_the_others():
    answered, delivered, ended = threading.Event(), threading.Event(), []

    def ask() -> int:
        answered.wait()
        ended.append("cards")
        return 1

    def deliver() -> int:
        delivered.set()
        return 1

    worker = Worker([Job("cards", 3600, ask, apart=True), Job("mail", 0, deliver)], pause=0.01)

    def work() -> None:
        worker.run()
        ended.append("worker")

    threading.Thread(target=work, daemon=True).start()
    try:
        until(delivered.is_set, "the delivery")
        worker.stop()
    finally:
        answered.set()
    until(lambda: "worker" in ended, "the worker's end")
    assert ended == ["cards", "worker"]
