using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using StreamSocial.AppHost.Topology;

namespace StreamSocial.Unit.Tests.AppHost.Topology;

public sealed class ConfigurationForwardingTests
{
    /// <summary>A service runs in a directory of its own, where the file is not.</summary>
    [Theory]
    [InlineData("Kafka:Client:ssl.ca.location")]
    [InlineData("Kafka:Client:ssl.keystore.location")]
    [InlineData("Kafka:Client:sasl.kerberos.keytab")]
    [InlineData("Kafka:Client:sasl.oauthbearer.assertion.private.key.file")]
    [InlineData("Aspire:Confluent:Kafka:Producer:Config:SslCertificateLocation")]
    [InlineData("Aspire:Confluent:Kafka:Consumer:Config:SaslOauthbearerAssertionFile")]
    [InlineData("Streams:StoreDirectory")]
    [InlineData("Traffic:Trace")]
    [InlineData("Alerts:Disks:brokers")]
    public async Task WithSections_RelativePath_BecomesAbsolute(string key) =>
        Assert.Equal(Path.GetFullPath("files/of-this"), await ForwardAsync(DistributedApplicationOperation.Run, key, "files/of-this"));

    [Theory]
    [InlineData("Kafka:Client:ssl.ca.location", "probe")]
    [InlineData("Kafka:Client:ssl.ca.location", "")]
    [InlineData("Kafka:Client:sasl.username", "files/of-this")]
    [InlineData("Streams:StoreMemoryBytes", "1000")]
    public async Task WithSections_WhatIsNoPath_StaysAsItIs(string key, string value) => Assert.Equal(value, await ForwardAsync(DistributedApplicationOperation.Run, key, value));

    /// <summary>What is published runs elsewhere.</summary>
    [Fact]
    public async Task WithSections_Published_PathsStayAsTheyAre() =>
        Assert.Equal("files/of-this", await ForwardAsync(DistributedApplicationOperation.Publish, "Kafka:Client:ssl.ca.location", "files/of-this"));

    private static async Task<object?> ForwardAsync(DistributedApplicationOperation operation, string key, string value)
    {
        string[] publishing = operation == DistributedApplicationOperation.Publish ? ["--operation", "publish", "--publisher", "manifest"] : [];
        var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { Args = [.. publishing, $"--{key}={value}"], DisableDashboard = true });
        var service = builder.AddResource(new ProjectResource("service")).WithSections("Streams", "Traffic", "Alerts").Resource;
        var context = new EnvironmentCallbackContext(new DistributedApplicationExecutionContext(operation), service);
        foreach (var annotation in service.Annotations.OfType<EnvironmentCallbackAnnotation>())
            await annotation.Callback(context);
        return context.EnvironmentVariables.GetValueOrDefault(key.Replace(":", "__", StringComparison.Ordinal));
    }
}
