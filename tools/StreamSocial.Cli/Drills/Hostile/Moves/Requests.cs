using System.Net.Http.Headers;
using System.Text;

namespace StreamSocial.Cli.Drills.Hostile.Moves;

/// <summary>Makes the requests of moves.</summary>
internal static class Requests
{
    public static HttpRequestMessage Post(Uri server, string path, string body, string mediaType = "application/json")
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(mediaType);
        return new HttpRequestMessage(HttpMethod.Post, new Uri(server, path)) { Content = content };
    }

    /// <summary>The same request with one more header, legal or not.</summary>
    public static HttpRequestMessage With(this HttpRequestMessage request, string header, string value)
    {
        request.Headers.TryAddWithoutValidation(header, value);
        return request;
    }
}
