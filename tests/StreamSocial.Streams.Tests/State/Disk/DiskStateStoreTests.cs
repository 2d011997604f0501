using System.Diagnostics;
using CsCheck;
using StreamSocial.Streams.State;
using StreamSocial.Streams.State.Disk;

namespace StreamSocial.Streams.Tests.State.Disk;

// It measures the memory of the process.
[Collection(nameof(SequentialCollection))]
public sealed class DiskStateStoreTests(ITestOutputHelper output) : StateStoreTests, IDisposable
{
    private const long Memory = 1024 * 1024;

    private readonly string _directory = Path.Combine(Path.GetTempPath(), "streamsocial-tests", Guid.NewGuid().ToString("N"));
    private DiskSpace? _space;

    private protected override IStoreFactory Factory => Space;

    private DiskSpace Space => _space ??= new DiskSpace(_directory, Memory, TimeProvider.System, error => Assert.Fail(error.ToString()));

    public void Dispose() => _space?.Dispose();

    [Fact]
    public void Open_DirectoryOfAnotherStore_IsRefusedAndItsFilesStay()
    {
        _ = Space;
        var file = Path.Combine(_directory, "of-the-first");
        File.WriteAllText(file, "");

        var error = Assert.Throws<IOException>(() => new DiskSpace(_directory, Memory, TimeProvider.System, _ => { }));

        Assert.Contains("cannot be locked, so another member uses it", error.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(file));
    }

    [Fact]
    public void Store_StateTwentyTimesItsMemory_KeepsItAndStaysSmall()
    {
        const int Entries = 40_000;
        const int ValueLength = 512;
        var (store, task) = Create();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < Entries; i++)
        {
            store.Put($"key-{i:D8}", Value(i));
            if (i % 5_000 == 0)
                task.Capture(whole: false, new CountedChanges());
        }
        task.Capture(whole: false, new CountedChanges());
        var written = Stopwatch.GetElapsedTime(started);
        var held = GC.GetTotalMemory(forceFullCollection: true) - before;

        started = Stopwatch.GetTimestamp();
        for (var i = 0; i < Entries; i++)
            Assert.True(store.TryGet($"key-{i:D8}", out var value) && value == Value(i));
        var read = Stopwatch.GetElapsedTime(started);

        output.WriteLine(
            $"{Entries * (ValueLength + 12) / 1048576.0:F0} MiB of state in {Memory / 1048576.0:F0} MiB: {Entries / written.TotalSeconds:N0} captured puts/s, "
            + $"{Entries / read.TotalSeconds:N0} reads/s in order, {held / 1048576.0:F1} MiB held, log {Space.LogBytes / 1048576.0:F0} MiB for {Space.LiveBytes / 1048576.0:F0} MiB alive");
        Assert.Equal(Entries, store.Count);
        // What earlier tests of this process left to the collector counts too. The state's strings alone would be twice its bytes.
        Assert.InRange(held, long.MinValue, Entries * ValueLength / 2);

        static string Value(int i) => new((char)('a' + (i % 26)), ValueLength);
    }

    [Fact]
    public void Compaction_EntriesReplacedAndStoresCleared_KeepsTheLogSmallAndTheRestIntact()
    {
        var (store, task) = Create();
        var (gone, goneTask) = Create();
        for (var round = 0; round < 60; round++)
        {
            for (var i = 0; i < 200; i++)
            {
                store.Put($"key-{i}", $"{new string('x', 400)}{round}");
                gone.Put($"key-{round}-{i}", new string('y', 400));
            }
            task.Capture(whole: false, new CountedChanges());
            goneTask.Capture(whole: false, new CountedChanges());
            goneTask.Clear();
        }
        var before = Space.LogBytes;

        while (Space.CompactIfDue())
        {
            // As the timer does.
        }

        output.WriteLine($"log {before:N0} bytes before, {Space.LogBytes:N0} after, {Space.LiveBytes:N0} alive");
        Assert.InRange(Space.LogBytes, 0, Math.Max(Memory, 2 * Space.LiveBytes));
        Assert.All(store.Entries, entry => Assert.EndsWith("x59", entry.Value, StringComparison.Ordinal));
        Assert.Equal(200, store.Entries.Count());
    }

    [Fact]
    public async Task Compaction_WhileTheStoreIsUsed_LosesNothing()
    {
        using var stop = new CancellationTokenSource();
        var pages = 0;
        // Made before there are two threads that would make it.
        var space = Space;
        var compacting = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
                pages += space.CompactIfDue() ? 1 : 0;
        });

        try
        {
            Gen.Select(Gen.Int[0, 1_999], Gen.Int[0, 2], Gen.Char['a', 'z'], Gen.Int[0, 1_499]).Array[5_000, 12_000].Sample(UseStore, iter: 3, threads: 1);
        }
        finally
        {
            await stop.CancelAsync();
            await compacting;
        }

        output.WriteLine($"{pages} pages compacted meanwhile");
        Assert.InRange(pages, 10, int.MaxValue);

        void UseStore((int Key, int Chance, char Letter, int Length)[] steps)
        {
            var (store, task) = Create();
            var model = new Dictionary<string, string>();
            foreach (var (step, (number, chance, letter, length)) in steps.Index())
            {
                var key = $"key-{number}";
                Assert.Equal(model.TryGetValue(key, out var expected), store.TryGet(key, out var actual));
                Assert.Equal(expected, actual);
                if (chance == 0)
                    store.Put(key, model[key] = new string(letter, length));
                if (step % 500 == 0)
                    task.Capture(whole: false, new CountedChanges());
            }

            Assert.Equal(model.Count, store.Entries.Count());
            task.Clear();
        }
    }

    [Fact]
    public void Space_DirectoryOfAnEarlierRun_IsEmptied()
    {
        Directory.CreateDirectory(_directory);
        var stale = Path.Combine(_directory, "state.log.0");
        File.WriteAllText(stale, "from an earlier run");

        var (store, _) = Create();

        Assert.False(store.TryGet("a", out _));
        Space.Dispose();
        _space = null;
        Assert.False(File.Exists(stale));
    }

    [Fact]
    public async Task Space_ManyStoresAtOnce_EachKeepsItsOwn()
    {
        var stores = Enumerable.Range(0, 200).Select(_ => Create()).ToArray();

        await Parallel.ForEachAsync(stores.Index(), TestContext.Current.CancellationToken, (indexed, _) =>
        {
            var (index, (store, task)) = indexed;
            for (var i = 0; i < 300; i++)
            {
                store.Put($"key-{i % 100}", $"{index}:{i}:{new string('z', 100)}");
                if (i % 60 == 0)
                    task.Capture(whole: false, new CountedChanges());
            }
            return ValueTask.CompletedTask;
        });

        Assert.All(stores.Index(), indexed =>
        {
            Assert.Equal(100, indexed.Item.Store.Entries.Count());
            Assert.All(indexed.Item.Store.Entries, entry => Assert.StartsWith($"{indexed.Index}:", entry.Value, StringComparison.Ordinal));
        });
    }
}

/// <summary>Tests that may not run in parallel with others.</summary>
[CollectionDefinition(nameof(SequentialCollection), DisableParallelization = true)]
public sealed class SequentialCollection;
