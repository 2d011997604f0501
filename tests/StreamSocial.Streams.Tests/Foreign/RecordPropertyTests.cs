using Confluent.Kafka;
using CsCheck;
using Google.Protobuf;
using StreamSocial.Streams.Checkpoints;
using StreamSocial.Streams.Contracts;
using StreamSocial.Streams.Restoring;
using StreamSocial.Streams.State;
using StreamSocial.Streams.State.Memory;
using StreamSocial.Streams.Tasks;
using StreamSocial.Topics;

namespace StreamSocial.Streams.Tests.Foreign;

/// <summary>Arbitrary and mutated bytes in the runtime's own formats: a value or the declared error, in bounded memory.</summary>
public sealed class RecordPropertyTests
{
    private const int Iterations = 20_000;

    private static readonly byte[] Edges = new EdgeRuns { Runs = { new EdgeRun { Source = "t/1", First = 5, Entries = 2 } } }.ToByteArray();
    private static readonly byte[] Run = new EntryRun
    {
        Entries = { new Entry { Payload = ByteString.CopyFromUtf8("a"), Traceparent = "00-x" }, new Entry { Payload = ByteString.CopyFromUtf8("b") } },
    }.ToByteArray();

    private static readonly byte[] Many = new EdgeRuns { Runs = { new EdgeRun { Source = "t/1", First = long.MaxValue, Entries = int.MaxValue } } }.ToByteArray();

    [Fact]
    public void Entries_AnyHeadersAndValues_AreEntriesOrDamage()
    {
        var names = OneOf(RecordHeaders.EdgeRuns, RecordHeaders.EdgeSource, RecordHeaders.EdgeSequence, RecordHeaders.TraceParent);
        var headers = Gen.Select(names, BytesLike(Edges, Many, RecordHeaders.EncodeSequence(7), RecordHeaders.EncodeSequence(-7), [])).Array[0, 4];
        Gen.Select(headers, BytesLike(Run, [])).Sample(
            (named, value) =>
            {
                var all = new Headers();
                foreach (var (name, bytes) in named)
                    all.Add(name, bytes);
                var before = GC.GetAllocatedBytesForCurrentThread();
                if (RecordEntries.TryReadEdges(all, out var edges, out _))
                {
                    var message = new Message<byte[]?, byte[]?> { Headers = all, Value = value };
                    if (RecordEntries.TryRead(message, edges, out var entries, out _) && RecordEntries.IsRun(all))
                        Assert.Equal(edges.Sum(edge => (long)edge.Entries), entries.Count);
                }
                Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
            },
            iter: Iterations);
    }

    [Fact]
    public void Entries_AnyValue_AreThoseOfTheGeneratedParser()
    {
        var entry = new Entry { Payload = ByteString.CopyFromUtf8("a"), Traceparent = "00-x" }.ToByteArray();
        byte[] Field(params byte[] content) => [10, (byte)content.Length, .. content];
        Gen.OneOf(
            BytesLike(Run, [.. Run, .. Run]),
            // What another writer may do: fields in another order, twice, unknown, empty or longer than ASCII.
            OneOf<byte[]>(Field([.. entry[3..], .. entry[..3]]), Field([.. entry, .. entry]), Field([.. entry, 24, 1]), Field(), Field(18, 0), Field(10, 0, 18, 0), Field(10, 1, 65, 18, 2, 0xC3, 0xA4))
                .Array[0, 3].Select(fields => fields.SelectMany(field => field).ToArray())).Sample(
            value =>
            {
                Assert.Equal(
                    Outcome(() => EntryRun.Parser.ParseFrom(value).Entries.Select(entry => (Convert.ToHexString(entry.Payload.Span), entry.Traceparent is "" ? null : entry.Traceparent))),
                    Outcome(() => EntryRunReader.Read(value).Select(entry => (Convert.ToHexString(entry.Payload.Span), entry.TraceParent))));
            },
            iter: Iterations);

        static string Outcome(Func<IEnumerable<(string, string?)>> read)
        {
            try
            {
                return string.Join(';', read());
            }
            catch (InvalidProtocolBufferException)
            {
                return "damage";
            }
        }
    }

    [Fact]
    public void Changelog_AnyRecords_AreAStateOrAnError()
    {
        var commit = new CommitRecord { Version = ChangelogKeys.Version, Checkpoint = 3, NextOffset = 9, Entries = 1, Owner = -1 }.ToByteArray();
        var fence = new FencingRecord { Version = ChangelogKeys.Version, MemberId = "m" }.ToByteArray();
        var keys = Gen.OneOf(OneOf(ChangelogKeys.Commit, ChangelogKeys.Fence, ChangelogKeys.Part([9, 65], 0), new PackNumbers(0, 0).Key, [9, 65], []), Gen.Byte.Array[0, 8]);
        var headers = Gen.Select(
            OneOf(ChangelogKeys.OwnerHeader, ChangelogKeys.PartsHeader), BytesLike(RecordHeaders.EncodeSequence(long.MaxValue), RecordHeaders.EncodeSequence(1))).Array[0, 2];
        Gen.Select(keys, BytesLike(commit, fence, [2, 0, 9, 65, 2, 3, 9, 66, 1, 2], []), headers).Array[1, 8].Sample(
            records =>
            {
                var replay = new ChangelogReplay("t/0", new TaskStores(InMemoryStores.Instance));
                var before = GC.GetAllocatedBytesForCurrentThread();
                try
                {
                    foreach (var ((key, value, named), offset) in records.Select((record, offset) => (record, offset)))
                    {
                        var all = new Headers();
                        foreach (var (name, bytes) in named)
                            all.Add(name, bytes);
                        replay.Read(new ConsumeResult<byte[]?, byte[]?> { Offset = offset, Message = new Message<byte[]?, byte[]?> { Key = key, Value = value, Headers = all } });
                    }
                    replay.ApplyAndVerify();
                }
                catch (Exception e) when (e is InvalidDataException or InvalidProtocolBufferException or StateChecksumException)
                {
                    // Said as declared.
                }
                Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
            },
            iter: 5_000);
    }

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    private static Gen<byte[]> BytesLike(params byte[][] good)
    {
        var hits = Gen.Select(Gen.Int[0, 10_000], Gen.Byte).Array[0, 3];
        var mutated = Gen.Select(OneOf([.. good, [0x0a, 0xff, 0xff, 0xff, 0xff, 0x07]]), hits, Gen.Int[0, 10_000], (seed, changes, cut) =>
        {
            var bytes = seed.ToArray();
            foreach (var (at, value) in changes)
            {
                if (bytes.Length > 0)
                    bytes[at % bytes.Length] = value;
            }
            return cut % 3 == 0 && bytes.Length > 0 ? bytes[..(cut % bytes.Length)] : bytes;
        });
        return Gen.OneOf(Gen.Byte.Array[0, 60], mutated);
    }
}
