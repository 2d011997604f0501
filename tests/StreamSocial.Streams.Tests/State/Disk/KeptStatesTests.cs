using System.Globalization;
using Microsoft.Extensions.Logging.Testing;
using StreamSocial.Streams.Contracts;
using StreamSocial.Streams.State;
using StreamSocial.Streams.State.Disk;

namespace StreamSocial.Streams.Tests.State.Disk;

/// <summary>What the next run of a member finds on disk, and what it drops.</summary>
public sealed class KeptStatesTests : IDisposable
{
    private const string Owner = "member-1";
    private const int Entries = 500;

    private readonly string _root = Directory.CreateTempSubdirectory("streamsocial-kept").FullName;
    private readonly FakeLogger<DiskSpace> _log = new();

    private string Store => Path.Combine(_root, "store");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void TakeKept_RunEndedInOrder_HasItsEntriesAndNothingElse()
    {
        Leave(Owner);

        using var space = Open();
        var kept = Assert.Single(space.TakeKept(Owner));
        var stores = new TaskStores(new KeptStoreFactory(space, kept.Stores));
        stores.TakeKept(kept);
        var texts = Open(stores);

        Assert.Equal((kept.Commit.Checksum, (long)kept.Commit.Entries), (stores.Checksum, stores.Count));
        Assert.Equal(Entries, texts.Entries.Count());
        Assert.True(texts.TryGet("7", out var value) && value == "value 7");
        Assert.True(stores.IncomingEdges.TryGet("edge", out var number) && number == 9);
        Assert.Equal(2, stores.Parted.CountOf([1, 2]));
        Assert.Empty(space.TakeKept(Owner));
        Assert.Empty(_log.Collector.GetSnapshot());

        texts.Put("7", "changed");
        ((ITaskStore)texts).Capture(whole: false, new CountedChanges());
        Assert.True(texts.TryGet("7", out value) && value == "changed");
    }

    [Fact]
    public void TakeKept_StateThatNobodyOpens_IsGivenUp()
    {
        Leave(Owner);
        using var space = Open();
        var kept = Assert.Single(space.TakeKept(Owner));
        var range = Assert.Single(kept.Stores).Range;
        Assert.NotEmpty(Read(space, range));

        new TaskStores(new KeptStoreFactory(space, kept.Stores)).Clear();

        Assert.Empty(Read(space, range));
    }

    [Fact]
    public void TryKeep_StateThatNobodyOpened_IsLeftAsItWas()
    {
        Leave(Owner);
        using (var space = Open())
        {
            var kept = Assert.Single(space.TakeKept(Owner));
            var unopened = new TaskStores(new KeptStoreFactory(space, kept.Stores));
            unopened.TakeKept(kept);
            var again = new KeptState { Topic = kept.Topic, Commit = kept.Commit };
            Assert.True(unopened.TryKeep(again));
            space.Keep([again], Owner);
        }

        using var next = Open();
        var left = Assert.Single(next.TakeKept(Owner));
        var stores = new TaskStores(new KeptStoreFactory(next, left.Stores));
        stores.TakeKept(left);
        Assert.Equal(Entries, Open(stores).Entries.Count());
        Assert.Equal((left.Commit.Checksum, (long)left.Commit.Entries), (stores.Checksum, stores.Count));
    }

    /// <summary>A run that is stopped while it waits for the brokers has not looked at them.</summary>
    [Fact]
    public void Dispose_NobodyTookThem_TheNextRunFindsThem()
    {
        Leave(Owner);
        Open().Dispose();

        using (var next = Open())
            Assert.Single(next.TakeKept(Owner));
        Assert.False(Directory.Exists(Store));
    }

    /// <summary>This run writes into ranges of which the record of the states' owner knows nothing.</summary>
    [Fact]
    public void TakeKept_StateCannotBeRead_ARunThatFollowsACrashFindsNone()
    {
        Leave(Owner);
        using (var database = new DiskDatabase(Store, 1024 * 1024, 1024 * 1024))
            database.Put([.. DiskSpace.PrefixOf(0), .. DiskSpace.PrefixOf(0)], [255]);

        using var space = Open();

        Assert.Throws<IOException>(() => space.TakeKept(Owner));
        Assert.Null(new KeptStates(space.Database).Owner);
    }

    [Fact]
    public void TakeKept_EntriesBehindTheLastRange_AreGone()
    {
        Leave(Owner);
        using (var database = new DiskDatabase(Store, 1024 * 1024, 1024 * 1024))
            database.Put([.. DiskSpace.PrefixOf(1_000), 1], [1]);

        using var space = Open();

        Assert.Equal(Entries, Read(space, Assert.Single(Assert.Single(space.TakeKept(Owner)).Stores).Range).Count());
        Assert.Empty(Read(space, 1_000));
    }

    [Fact]
    public void Start_RunDidNotEndInOrder_DropsItsFilesAndSaysSo()
    {
        // As a killed process does: it deletes nothing.
        Directory.CreateDirectory(Store);
        using (var database = new DiskDatabase(Store, 1024 * 1024, 1024 * 1024))
            database.Put(DiskSpace.PrefixOf(1), [1]);

        using var space = Open();

        Assert.Contains("did not end in order", Assert.Single(_log.Collector.GetSnapshot()).Message, StringComparison.Ordinal);
        Assert.Empty(space.TakeKept(Owner));
        Assert.Empty(Read(space, 1));
    }

    [Fact]
    public void TakeKept_FilesOfAnotherMember_DropsThemAndSaysSo()
    {
        Leave("member-2");

        using var space = Open();

        Assert.Empty(space.TakeKept(Owner));
        Assert.Contains("they are of member-2, and this member is member-1", Assert.Single(_log.Collector.GetSnapshot()).Message, StringComparison.Ordinal);
        Assert.Empty(Read(space, 1));
    }

    [Fact]
    public void Start_FilesOfAnotherVersion_DropsThemAndSaysSo()
    {
        Leave(Owner);
        using (var database = new DiskDatabase(Store, 1024 * 1024, 1024 * 1024))
            database.Put(DiskSpace.PrefixOf(0), Google.Protobuf.MessageExtensions.ToByteArray(new KeptOwner { Version = 1_000, Owner = Owner, LastRange = 1 }));

        using var space = Open();

        Assert.Contains("of another version", Assert.Single(_log.Collector.GetSnapshot()).Message, StringComparison.Ordinal);
        Assert.Empty(space.TakeKept(Owner));
    }

    [Fact]
    public void Start_FilesAreDamaged_DropsThemAndSaysSo()
    {
        Leave(Owner);
        foreach (var manifest in Directory.GetFiles(Store, "MANIFEST-*"))
            File.WriteAllBytes(manifest, new byte[100]);

        using var space = Open();

        Assert.Contains("are dropped", Assert.Single(_log.Collector.GetSnapshot()).Message, StringComparison.Ordinal);
        Assert.Empty(space.TakeKept(Owner));
    }

    /// <summary>A whole copy takes the place of all that the changelog has, so an entry that it lacks is gone for good.</summary>
    [Fact]
    public void Capture_WholeAndSomeEntriesCannotBeRead_Fails()
    {
        Leave(Owner);
        foreach (var file in Directory.GetFiles(Store, "*.sst"))
        {
            var bytes = File.ReadAllBytes(file);
            bytes[bytes.Length / 2] ^= 255;
            File.WriteAllBytes(file, bytes);
        }

        using var space = Open();
        var texts = Open(new TaskStores(new KeptStoreFactory(space, Assert.Single(space.TakeKept(Owner)).Stores)));

        Assert.Contains("Corruption", Assert.Throws<IOException>(() => ((ITaskStore)texts).Capture(whole: true, new CountedChanges())).Message, StringComparison.Ordinal);
        Assert.Throws<IOException>(() => texts.Entries.Count());
    }

    [Fact]
    public void Capture_WholeAndAnEntryIsNotThere_Fails()
    {
        Leave(Owner);
        using var space = Open();
        var kept = Assert.Single(space.TakeKept(Owner));
        var texts = Open(new TaskStores(new KeptStoreFactory(space, kept.Stores)));
        space.Database.Delete([.. DiskSpace.PrefixOf(Assert.Single(kept.Stores).Range), (byte)'7']);

        var error = Assert.Throws<IOException>(() => ((ITaskStore)texts).Capture(whole: true, new CountedChanges()));

        Assert.Contains($"{Entries - 1} entries of store texts where {Entries} were written", error.Message, StringComparison.Ordinal);
    }

    /// <summary>The states are believed only as they were left: once anything newer may be in the files, they are not found any more.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Start_RunThatTookThemCrashed_FindsThemAsTheyWereOrNotAtAll(bool isWritten)
    {
        Leave(Owner);
        using (var space = Open())
        {
            var kept = Assert.Single(space.TakeKept(Owner));
            var texts = Open(new TaskStores(new KeptStoreFactory(space, kept.Stores)));
            for (var i = 0; i < (isWritten ? 50_000 : 10); i++)
                texts.Put(i.ToString(CultureInfo.InvariantCulture), new string((char)('a' + (i % 26)), 100));
            ((ITaskStore)texts).Capture(whole: false, new CountedChanges());
            await CopyFilesAsync(Store, Path.Combine(_root, "crashed"));
        }

        using var next = new DiskSpace(Path.Combine(_root, "crashed"), 1024 * 1024, _log);

        if (isWritten)
            Assert.Empty(next.TakeKept(Owner));
        else
            Assert.Equal("value 7", Assert.Single(Open(new TaskStores(new KeptStoreFactory(next, Assert.Single(next.TakeKept(Owner)).Stores))).Entries, entry => entry.Key == "7").Value);
    }

    private DiskSpace Open() => new(Store, 1024 * 1024, _log);

    private static IStateStore<string, string> Open(TaskStores stores) => stores.Open(TaskStores.FirstProcessorId, "texts", Codecs.Utf8, Codecs.Utf8);

    /// <summary>A run that ends in order.</summary>
    private void Leave(string owner)
    {
        using var space = Open();
        var stores = new TaskStores(space);
        var texts = Open(stores);
        for (var i = 0; i < Entries; i++)
            texts.Put(i.ToString(CultureInfo.InvariantCulture), $"value {i}");
        stores.IncomingEdges.Put("edge", 9);
        stores.Parted.Set([1, 2], 2);
        stores.Capture(whole: false, new CountedChanges());
        var kept = new KeptState { Topic = "input", Commit = new CommitRecord { Checksum = stores.Checksum, Entries = stores.Count } };
        Assert.True(stores.TryKeep(kept));
        space.Keep([kept], owner);
    }

    private static IEnumerable<KeyValuePair<byte[], byte[]>> Read(DiskSpace space, long range) => space.Database.ReadRange(DiskSpace.PrefixOf(range), DiskSpace.PrefixOf(range + 1));

    /// <summary>The files as a crash would leave them; compactions go on for a while after the last write.</summary>
    private static async Task CopyFilesAsync(string from, string to)
    {
        while (true)
        {
            Directory.CreateDirectory(to);
            try
            {
                var before = Describe();
                foreach (var file in Directory.GetFiles(from))
                    File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
                if (before == Describe())
                    return;
            }
            catch (FileNotFoundException)
            {
                // A compaction replaced it.
            }
            Directory.Delete(to, recursive: true);
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        string Describe() => string.Join(' ', new DirectoryInfo(from).GetFiles().OrderBy(file => file.Name).Select(file => $"{file.Name}:{file.Length}"));
    }
}
