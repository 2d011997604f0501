using System.Buffers;
using CsCheck;
using StreamSocial.FeedGenerator.Actions;
using StreamSocial.FeedGenerator.Codecs;
using StreamSocial.Streams.State;

namespace StreamSocial.Unit.Tests.FeedGenerator.Actions;

public sealed class RecentActionsTests
{
    private const byte Heads = 18;
    private const byte Pages = 28;

    /// <summary>Ids of few different tags, so that a tag says little; repeats of every age.</summary>
    [Fact]
    public void TryAdd_AnyIds_KnowsExactlyTheLatest()
    {
        var cases =
            from capacity in Gen.OneOf<int>(Gen.Int[1, 5], Gen.Int[60, 70], Gen.Int[120, 300])
            from ids in Gen.Select(Gen.Int[0, 400], Gen.Int[0, 2]).Array[0, 900]
            select (capacity, ids);
        cases.Sample((capacity, ids) =>
        {
            var context = new FakeTaskContext("actions");
            var recent = Open(context, capacity);
            var latest = new Queue<UInt128>();
            for (var i = 0; i < ids.Length; i++)
            {
                var id = ((UInt128)ids[i].Item1 << 64) | (UInt128)ids[i].Item2;
                var isNew = !latest.Contains(id);
                Assert.Equal(isNew, recent.TryAdd("user", id));
                if (isNew)
                    latest.Enqueue(id);
                if (latest.Count > capacity)
                    latest.Dequeue();
                if (i % 97 == 0)
                    recent = Open(context = context.Restored(), capacity);
            }

            Assert.True(context.Dump().Length <= 2 + (capacity / RecentHead.PageIds) + 1, "A page that is not needed stays.");
        }, iter: 60, threads: 1);
    }

    /// <summary>An id that was forgotten and came again lies twice in the newest page; the first place says nothing about the second.</summary>
    [Fact]
    public void TryAdd_ForgottenIdThatCameAgain_IsKnownAgain()
    {
        var recent = Open(new("actions"), 3);
        Assert.All<UInt128>([7, 1, 2, 3, 7], id => Assert.True(recent.TryAdd("user", id)));
        Assert.False(recent.TryAdd("user", 7));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(64)]
    [InlineData(200)]
    public void TryAdd_CapacityChanged_KeepsTheLatest(int capacity)
    {
        var context = new FakeTaskContext("actions");
        for (var i = 0; i < 130; i++)
            Open(context = context.Restored(), 100).TryAdd("user", (UInt128)i);
        var recent = Open(context.Restored(), capacity);
        Assert.False(recent.TryAdd("user", 129));
        Assert.False(recent.TryAdd("user", (UInt128)(130 - Math.Min(capacity, 100))));
        // What is still in a page is known again with a larger capacity.
        Assert.Equal(capacity < 200, recent.TryAdd("user", 0));
    }

    /// <summary>Version 1 was a ring, whose oldest id may stand anywhere.</summary>
    [Fact]
    public void TryAdd_AfterARingOfTheVersionBefore_KnowsItsIds()
    {
        var context = new FakeTaskContext("actions");
        var old = new FakeTaskContext("actions");
        old.OpenStore(Heads, "recent-actions", StringKeyCodec.Instance, new RingCodec()).Put("user", 70);
        context.TakeOver(old);
        var recent = Open(context, 100);

        Assert.False(recent.TryAdd("user", 100));
        recent = Open(context.Restored(), 100);
        Assert.All(Enumerable.Range(100, 100), id => Assert.False(recent.TryAdd("user", (UInt128)id)));
        Assert.True(recent.TryAdd("user", 200));
        Assert.True(recent.TryAdd("user", 100));
        Assert.False(recent.TryAdd("user", 102));
    }

    [Fact]
    public void Head_DamagedOrCut_IsReported()
    {
        var head = new RecentHead();
        for (var i = 0; i < 64; i++)
            head.Add((UInt128)i);
        head.TakePage();
        head.Add(7);
        var bytes = CodecAssert.Bytes(new RecentHeadCodec(), head);
        Assert.Equal(bytes, CodecAssert.Bytes(new RecentHeadCodec(), new RecentHeadCodec().Read(bytes)));
        for (var length = 0; length < bytes.Length; length++)
            Assert.Throws<InvalidDataException>(() => new RecentHeadCodec().Read(bytes.AsSpan(0, length)));
        CodecAssert.SurvivesDamage(new RecentHeadCodec(), head);
        Assert.Throws<InvalidDataException>(() => new RecentPageCodec().Read([1, 2, 3]));
    }

    private static RecentActions Open(FakeTaskContext context, int capacity) => new(context, "recent-actions", Heads, Pages, capacity);

    /// <summary>A ring of 100 ids, 100 to 199, of which the oldest stands at the value.</summary>
    private sealed class RingCodec : ICodec<int>
    {
        public void Write(int value, IBufferWriter<byte> output)
        {
            using var writer = new StateWriter(output);
            writer.Byte(1);
            writer.Count(value);
            writer.Fixed128s([.. Enumerable.Range(0, 100).Select(place => (UInt128)(100 + ((place + 100 - value) % 100)))]);
        }

        public int Read(ReadOnlySpan<byte> input) => throw new NotSupportedException();
    }
}
