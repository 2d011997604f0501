using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using StreamSocial.Streams.State;
using StreamSocial.Streams.State.Disk;

namespace StreamSocial.Streams.Tests.State.Disk;

public sealed class FullDiskTests
{
    private const int Entries = 20_000;

    [Fact]
    public async Task Store_DiskIsFull_SaysSoAndAnotherOneIsFilledWhenThereIsSpace()
    {
        using var disk = SmallDisk.Mount(megabytes: 64);
        var ballast = Path.Combine(disk.Directory, "ballast");
        await File.WriteAllBytesAsync(ballast, new byte[54 * 1024 * 1024], TestContext.Current.CancellationToken);
        using var space = new DiskSpace(Path.Combine(disk.Directory, "store"), memoryBytes: 1024 * 1024, NullLogger<DiskSpace>.Instance);
        var small = Create(space);
        Fill(small, 100);
        var store = Create(space);

        var error = Assert.Throws<IOException>(() => Fill(store, Entries));
        Assert.Matches("No space left on device|its disk is full", error.Message);
        // As a failed task does, while there is still no space.
        ((ITaskStore)store).Clear();
        AssertHolds(small, 100);

        File.Delete(ballast);
        var waited = Stopwatch.StartNew();
        while (!TryFill(store = Create(space)))
        {
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(60), "There is space, and nothing can be written.");
            ((ITaskStore)store).Clear();
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
        AssertHolds(store, Entries);
        AssertHolds(small, 100);
    }

    private static IStateStore<string, string> Create(DiskSpace space) => space.Create(TaskStores.FirstProcessorId, "full", Codecs.Utf8, Codecs.Utf8);

    private static bool TryFill(IStateStore<string, string> store)
    {
        try
        {
            Fill(store, Entries);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static void Fill(IStateStore<string, string> store, int entries)
    {
        for (var i = 0; i < entries; i++)
            store.Put($"key-{i}", Value(i));
        ((ITaskStore)store).Capture(whole: false, new CountedChanges());
    }

    private static void AssertHolds(IStateStore<string, string> store, int entries)
    {
        for (var i = 0; i < entries; i++)
            Assert.True(store.TryGet($"key-{i}", out var value) && value == Value(i), $"key-{i} is not as it was written.");
        Assert.Equal(entries, store.Entries.Count());
    }

    /// <summary>What compression does not make small.</summary>
    private static string Value(int i)
    {
        var random = new Random(i);
        return new([.. Enumerable.Range(0, 1_000).Select(_ => (char)random.Next(' ', '~'))]);
    }

    /// <summary>A file system of its own, in memory.</summary>
    private sealed class SmallDisk : IDisposable
    {
        private SmallDisk(string directory) => Directory = directory;

        public string Directory { get; }

        public static SmallDisk Mount(int megabytes)
        {
            Assert.SkipUnless(OperatingSystem.IsLinux(), "A small file system can be mounted on Linux only.");
            var directory = System.IO.Directory.CreateTempSubdirectory("streamsocial-small-disk").FullName;
            var (exit, error) = Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", directory);
            if (exit == 0)
                return new SmallDisk(directory);
            System.IO.Directory.Delete(directory);
            Assert.Skip($"No small file system can be mounted here, as root may: {error.Trim()}");
            throw new UnreachableException();
        }

        public void Dispose()
        {
            var (exit, error) = Run("umount", Directory);
            Assert.True(exit == 0, error);
            System.IO.Directory.Delete(Directory);
        }

        private static (int Exit, string Error) Run(string program, params string[] arguments)
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            var error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, error);
        }
    }
}
