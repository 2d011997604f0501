using StreamSocial.Hosting.Kafka;
using StreamSocial.Hosting.Kafka.Processes;
using StreamSocial.Hosting.Kafka.Sources;

namespace StreamSocial.Hosting.Tests.Clusters;

public sealed class KafkaRunDirectoryTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("streamsocial-");

    [Fact]
    public void Choose_NamedAndInUse_SaysWhatToDo()
    {
        using (KafkaRunDirectory.Choose("/", _root.FullName))
        {
            var error = Assert.Throws<KafkaSourceException>(() => KafkaRunDirectory.Choose("/", _root.FullName));
            Assert.Contains("another AppHost uses it", error.Message, StringComparison.Ordinal);
            Assert.Contains("Kafka:DataDirectory", error.Message, StringComparison.Ordinal);
        }
        KafkaRunDirectory.Choose("/", _root.FullName).Dispose();
    }

    [Fact]
    public void AddKafkaCluster_DirectoryCannotBeMade_SaysWhatToDo()
    {
        var file = Path.Combine(_root.FullName, "file");
        File.WriteAllText(file, "");
        var builder = PublishedModel.CreateBuilder("--Kafka:Source=process", "--KAFKA_HOME=/kafka", $"--Kafka:DataDirectory={file}/data");
        Assert.Contains("set Kafka:DataDirectory", Assert.Throws<KafkaSourceException>(() => builder.AddKafkaCluster("kafka")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PrepareAsync_FilesCannotBeWritten_SaysWhatToDo()
    {
        File.WriteAllText(Path.Combine(_root.FullName, "node-1"), "");
        var layout = KraftClusterLayout.Create("/kafka", _root.FullName);
        var error = await Assert.ThrowsAsync<KafkaSourceException>(() => layout.PrepareAsync(partitions: null, TestContext.Current.CancellationToken));
        Assert.Contains($"make {_root.FullName} writable", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Choose_Fresh_RemovesDeadRunsAndLeavesLiveOnes()
    {
        var appHost = Path.Combine(_root.FullName, "AppHost");
        // A process has this id, but it is not the run's.
        var dead = Directory.CreateDirectory(Path.Combine(_root.FullName, "artifacts", "kafka", $"run-{Environment.ProcessId}-dead"));
        var alone = Path.Combine(_root.FullName, "artifacts", "kafka", "run-1-that-never-had-a-directory.lock");
        File.WriteAllText(alone, "");
        File.SetLastWriteTimeUtc(alone, DateTime.UnixEpoch);
        using var live = KafkaRunDirectory.Choose(appHost, null);
        Directory.CreateDirectory(live.Path);
        Assert.False(Directory.Exists(dead.FullName));

        using (var other = KafkaRunDirectory.Choose(appHost, null))
            Directory.CreateDirectory(other.Path);

        Assert.Equal([live.Path, live.Path + ".lock"], Directory.GetFileSystemEntries(Path.GetDirectoryName(live.Path)!).Order());
    }

    public void Dispose() => _root.Delete(recursive: true);
}
