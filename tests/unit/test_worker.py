"""The worker's loop: jobs in turn, and those that wait for somebody else beside them."""

import threading

from shop.ops.worker import Job, Worker


def test_a_job_that_waits_for_somebody_else_does_not_delay_the_others():
    answered, delivered = threading.Event(), threading.Event()
    jobs = [Job("cards", 0, lambda: answered.wait(20), apart=True), Job("mail", 0, delivered.set)]
    worker = Worker(jobs, pause=0.01)
    working = threading.Thread(target=worker.run)
    working.start()
    assert delivered.wait(5)
    worker.stop()
    assert working.is_alive()
    answered.set()
    working.join(5)
    assert not working.is_alive()
