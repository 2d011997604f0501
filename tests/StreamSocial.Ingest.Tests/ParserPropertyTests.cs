using System.Text;
using CsCheck;
using Google.Protobuf;
using StreamSocial.Events;
using StreamSocial.Ingest.Actions;
using StreamSocial.Ingest.HotKeys;
using StreamSocial.Ingest.Interactions;
using StreamSocial.Ingest.Json;

namespace StreamSocial.Ingest.Tests;

/// <summary>Arbitrary and mutated bytes as bodies and as records of hot-keys: entries or errors, nothing else, in bounded memory.</summary>
public class ParserPropertyTests
{
    private const int Iterations = 20_000;

    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_782_907_200);

    private static readonly byte[][] Bodies =
    [
        """[{"interactionId":"a","type":"view","contentId":"c","userId":"u","occurredAt":"2026-07-01T12:00:00Z","x":{"y":[1,null,"z"]}}]"""u8.ToArray(),
        """{"actionId":"a","type":"post","userId":"u","contentId":"c","mentionedUserIds":["m","\ud83d\ude00"],"text":"t"}"""u8.ToArray(),
        Encoding.UTF8.GetBytes(new string('[', 500)),
        Encoding.UTF8.GetBytes("{\"x\":" + new string('[', 200)),
        [],
    ];

    [Fact]
    public void Read_AnyBytes_AreInteractionsOrErrors() => Holds(Bodies, bytes =>
    {
        var errors = new FieldErrors();
        var read = EntryBatchReader.Read(bytes, new InteractionReader(new IngestOptions(), Now), maxEntries: 10, errors);
        if (errors.IsEmpty && !read.IsTooMany)
            Assert.All(read.Entries, entry => Assert.True(IdRule.IsValid(entry.UserId) && IdRule.IsValid(entry.ContentId)));
    });

    [Fact]
    public void Read_AnyBytes_AreActionsOrErrors() => Holds(Bodies, bytes =>
    {
        var errors = new FieldErrors();
        var read = EntryBatchReader.Read(bytes, new ActionReader(new IngestOptions(), Now), maxEntries: 10, errors);
        if (errors.IsEmpty && !read.IsTooMany)
            Assert.All(read.Entries, entry => Assert.True(IdRule.IsValid(entry.UserId)));
    });

    [Fact]
    public void HotKeys_AnyBytes_AreAHotContentOrAnError() => Holds([new HotContent { Spread = 3, HotAt = 5 }.ToByteArray()], bytes =>
    {
        try
        {
            var content = HotKeyRules.Read("c", bytes, Now);
            Assert.InRange(content.HotAt, 0, Now.ToUnixTimeMilliseconds());
            Assert.InRange(content.Spread, 1, 1_000_000);
        }
        catch (Exception e) when (e is InvalidDataException or InvalidProtocolBufferException)
        {
            // Said as declared.
        }
    });

    private static void Holds(byte[][] good, Action<byte[]> parse)
    {
        var hits = Gen.Select(Gen.Int[0, 10_000], Gen.Byte).Array[0, 4];
        var mutated = Gen.Select(Gen.Int[0, good.Length - 1].Select(index => good[index]), hits, Gen.Int[0, 10_000], (seed, changes, cut) =>
        {
            var bytes = seed.ToArray();
            foreach (var (at, value) in changes)
            {
                if (bytes.Length > 0)
                    bytes[at % bytes.Length] = value;
            }
            return cut % 3 == 0 && bytes.Length > 0 ? bytes[..(cut % bytes.Length)] : bytes;
        });
        parse(good[0]);
        Gen.OneOf(Gen.Byte.Array[0, 200], mutated).Sample(
            bytes =>
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                parse(bytes);
                Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
            },
            iter: Iterations,
            print: Convert.ToHexString);
    }
}
