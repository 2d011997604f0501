using Microsoft.Extensions.Options;
using StreamSocial.Ingest.Http;

namespace StreamSocial.Ingest.Tests.Http;

public sealed class ReusedIdsTests
{
    private static readonly IdUse Use = new(1, 10);
    private static readonly IdUse Other = new(1, 11);

    private readonly ReusedIds _ids = new(Options.Create(new IngestOptions()));

    /// <summary>A repeat that is refused, because there is no room for it, does not make the first request undone.</summary>
    [Fact]
    public void GiveBack_WhatAnEarlierRequestTook_StaysTaken()
    {
        Assert.True(_ids.TryTake([Use], out _, out _));
        Assert.True(_ids.TryTake([Use, new(2, 20)], out var taken, out _));

        _ids.GiveBack(taken);

        Assert.False(_ids.TryTake([Other], out _, out var reused));
        Assert.Equal([Other], reused);
        Assert.True(_ids.TryTake([new(2, 21)], out _, out _));
    }
}
