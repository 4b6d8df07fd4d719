"""The socket that `detector serve` listens at."""

import asyncio
import socket

from workers.serve import listening


def test_no_answer_waits_for_a_fuller_packet() -> None:
    async def delays() -> bool:
        answered: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

        def accept(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            accepted = writer.get_extra_info("socket")
            answered.set_result(not accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        async with await asyncio.start_server(accept, sock=listening("127.0.0.1", 0)) as server:
            _, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            writer.close()
            return await answered

    assert not asyncio.run(delays())
