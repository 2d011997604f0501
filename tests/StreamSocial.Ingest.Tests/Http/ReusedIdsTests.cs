using Microsoft.Extensions.Options;
using StreamSocial.Ingest.Http;

namespace StreamSocial.Ingest.Tests.Http;

public sealed class ReusedIdsTests
{
    private static readonly IdUse Use = new(1, 10);
    private static readonly IdUse Other = new(1, 11);

    private readonly ReusedIds _ids = new(Options.Create(new IngestOptions { RememberedIds = 2 }));

    /// <summary>A repeat that is refused, because there is no room for it, does not make the first request undone.</summary>
    [Fact]
    public void GiveBack_WhatAnEarlierRequestTook_StaysTaken()
    {
        Assert.True(_ids.TryTake([Use], out _, out _));
        var taken = Take(Use, new(2, 20));

        _ids.GiveBack(taken);

        Assert.False(_ids.TryTake([Other], out _, out var reused));
        Assert.Equal([Other], reused);
        Assert.True(_ids.TryTake([new(2, 21)], out _, out _));
    }

    /// <summary>Its repeat was taken meanwhile.</summary>
    [Fact]
    public void GiveBack_WhatALaterRequestWrote_StaysTaken()
    {
        var taken = Take(Use);
        _ids.Remember(Take(Use));

        _ids.GiveBack(taken);

        Assert.False(_ids.TryTake([Other], out _, out _));
    }

    [Fact]
    public void GiveBack_MoreThanAreRemembered_DrivesNothingOut()
    {
        _ids.Remember(Take(Use, new(2, 20)));
        for (var id = 3; id < 10; id++)
            _ids.GiveBack(Take(new IdUse((UInt128)id, 1)));
        Assert.False(_ids.TryTake([Other], out _, out _));

        _ids.Remember(Take(new IdUse(3, 30)));

        Assert.True(_ids.TryTake([Other], out _, out _));
        Assert.False(_ids.TryTake([new(2, 21)], out _, out _));
    }

    /// <summary>What is under way is not forgotten, however much else is written.</summary>
    [Fact]
    public void Remember_MoreThanAreRemembered_WhatIsUnderWayStays()
    {
        _ids.Remember(Take(Use));
        var repeat = Take(Use);
        _ids.Remember(Take(new(2, 20), new(3, 30), new(4, 40)));
        Assert.False(_ids.TryTake([Other], out _, out _));

        _ids.GiveBack(repeat);

        Assert.True(_ids.TryTake([Other], out _, out _));
    }

    private IReadOnlyList<IdUse> Take(params IdUse[] uses)
    {
        Assert.True(_ids.TryTake(uses, out var taken, out _));
        return taken;
    }
}
