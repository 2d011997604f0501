using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace StreamSocial.Streams.Tests.Architecture;

/// <summary>Libraries depend downwards only, and the runtime does not know the application that it was written for.</summary>
public sealed class LayerTests
{
    private static readonly string[] Topics = ["StreamSocial.Topics"];
    private static readonly string[] Kafka = [.. Topics, "StreamSocial.Kafka"];
    private static readonly string[] Membership = [.. Kafka, "StreamSocial.Streams.Membership"];
    private static readonly string[] Streams = [.. Membership, "StreamSocial.Streams"];

    [Fact]
    public void References_OfEachLibrary_PointDownwards()
    {
        Assert.All(
            new (string Name, string[] Below)[]
            {
                ("StreamSocial.Topics", []), ("StreamSocial.Kafka", Topics), ("StreamSocial.Streams.Membership", Kafka), ("StreamSocial.Streams", Membership),
                ("StreamSocial.Streams.Testing", Streams), ("StreamSocial.Streams.Simulation", Streams), ("StreamSocial.Events", Topics),
            },
            library => Assert.Empty(ReferencesOf(library.Name).Where(name => name.StartsWith("StreamSocial.", StringComparison.Ordinal)).Except(library.Below)));
    }

    [Fact]
    public void Literals_OfTheRuntimeAndWhatItStandsOn_NameNoTopicOrGroupOfStreamSocial()
    {
        string[] names = [.. Constants("StreamSocial.Events", "StreamSocial.Events.TopicNames"), "feed-generator"];
        Assert.Contains("user-actions", names);
        Assert.All(
            [.. Streams, "StreamSocial.Streams.Testing", "StreamSocial.Streams.Simulation"],
            library => Assert.Empty(LiteralsOf(library).Intersect(names)));
    }

    private static IEnumerable<string> ReferencesOf(string library) => Assembly.Load(library).GetReferencedAssemblies().Select(name => name.Name!);

    private static IEnumerable<string> Constants(string library, string type) =>
        Assembly.Load(library).GetType(type, throwOnError: true)!.GetFields().Select(field => (string)field.GetRawConstantValue()!);

    /// <summary>The strings that methods of a library load, and the constants that it declares.</summary>
    private static HashSet<string> LiteralsOf(string library)
    {
        var assembly = Assembly.Load(library);
        using var file = new PEReader(File.OpenRead(assembly.Location));
        var metadata = file.GetMetadataReader();
        var literals = new HashSet<string>(StringComparer.Ordinal);
        // The heap begins with an empty string, behind the handle that is nil.
        for (var handle = metadata.GetNextHandle(default(UserStringHandle)); !handle.IsNil; handle = metadata.GetNextHandle(handle))
            literals.Add(metadata.GetUserString(handle));
        literals.UnionWith(assembly.GetTypes()
            .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Where(field => field is { IsLiteral: true } && field.FieldType == typeof(string))
            .Select(field => (string?)field.GetRawConstantValue() ?? ""));
        return literals;
    }
}
